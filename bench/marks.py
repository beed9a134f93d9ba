# SPDX-License-Identifier: Apache-2.0
"""Groups of bench/run: explicit labels beside what other tools take for the same work."""
import shutil

PICTURES, SOUNDS, FILMS = "marks: pictures", "marks: sounds", "marks: films"
ENCODERS = {"wav": "", "aiff": "", "mp3": "-c:a libmp3lame -b:a 192k", "m4a": "-c:a aac -b:a 128k",
            "aac": "-c:a aac -b:a 128k", "opus": "-c:a libopus -b:a 96k", "flac": ""}
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def make_pictures(sh, work, convert, label):
    if (work / "12mp.ok").exists() or not shutil.which("jpegtran"):
        return
    sh(f"{convert} -size 4000x3000 -seed 3 plasma:fractal -sampling-factor 2x2 -quality 90 {work}/12mp.jpg")
    sh(f"{convert} {work}/12mp.jpg {work}/12mp.png")
    sh(f"rm -f {work}/out.jpg; {label} {work}/12mp.jpg -o {work}/out.jpg")
    sh(f"jpegtran -crop 1216x208+2784+2784 -outfile {work}/patch.jpg {work}/out.jpg")
    sh(f"{convert} {work}/patch.jpg {work}/patch.png")
    (work / "12mp.ok").touch()


def make_sounds(sh, work):
    if (work / "sounds.ok").exists():
        return
    for kind, options in ENCODERS.items():
        sh("ffmpeg -v error -y -f lavfi -i 'aevalsrc=0.3*sin(440*2*PI*t)*sin(3*t)+0.05*random(0)|"
           f"0.3*sin(660*2*PI*t)*sin(2*t)+0.05*random(1):s=44100:d=60' {options} {work}/sound.{kind}")
    (work / "sounds.ok").touch()


def make_films(sh, work):
    if (work / "films.ok").exists():
        return
    sh("ffmpeg -v error -y -f lavfi -i testsrc2=size=1920x1080:rate=30:duration=60 -f lavfi -i "
       "sine=440:duration=60 -vf noise=alls=12:allf=t -c:v libx264 -preset veryfast -g 60 "
       f"-keyint_min 60 -sc_threshold 0 -b:v 11M -maxrate 14M -bufsize 22M -pix_fmt yuv420p -c:a aac {work}/film60.mp4")
    sh(f"ffmpeg -v error -y -stream_loop 9 -i {work}/film60.mp4 -c copy {work}/film600.mp4")
    (work / "films.ok").touch()


def picture_rows(row, label, work, convert):
    clean = f"rm -f {work}/out.*"
    return [
        row("jpegtran -drop, patch ready", f"exec jpegtran -copy all -drop +2784+2784 {work}/patch.jpg "
            f"-outfile {work}/out.jpg {work}/12mp.jpg", "jpegtran", clean),
        row("colophon label, JPEG of 12 MP", f"exec {label} {work}/12mp.jpg -o {work}/out.jpg", before=clean),
        row("ImageMagick", f"exec {convert} {work}/12mp.jpg -gravity southeast -font {FONT} -pointsize 180 -annotate 0 AI "
            f"{work}/out.jpg", before=clean),
        row("vips", f"exec vips composite2 {work}/12mp.jpg {work}/patch.png {work}/out.jpg over --x 2784 --y 2784",
            "vips", clean),
        row("ffmpeg drawtext", f"exec ffmpeg -v error -y -i {work}/12mp.jpg -vf drawtext=fontfile={FONT}:"
            f"text=AI:fontsize=180:x=w-tw:y=h-th -q:v 2 {work}/out.jpg", "ffmpeg", clean),
        row("colophon label, PNG of 12 MP", f"exec {label} {work}/12mp.png -o {work}/out.png", before=clean),
        row("ImageMagick, PNG", f"exec {convert} {work}/12mp.png -gravity southeast -font {FONT} -pointsize 180 -annotate 0 AI "
            f"{work}/out.png", before=clean),
    ]


def sound_groups(row, label, work):
    groups = {}
    clean = f"rm -f {work}/out.* {work}/cue.*"
    for kind, encoder in ENCODERS.items():
        groups[f"{SOUNDS}, {kind.upper()} of 60 s"] = [
            row("ffmpeg: copy, and a cue of 2 s", f"ffmpeg -v error -y -i {work}/sound.{kind} -c copy "
                f"{work}/out.{kind}; exec ffmpeg -v error -y -f lavfi -i sine=880:duration=2 -ac 2 {encoder} "
                f"{work}/cue.{kind}", "ffmpeg", clean),
            row("colophon label", f"exec {label} {work}/sound.{kind} -o {work}/out.{kind}", before=clean),
        ]
    return groups


def film_rows(row, label, work):
    clean = f"rm -f {work}/out.*"
    draw = f"drawtext=fontfile={FONT}:text=AI:fontsize=60:x=w-tw:y=h-th:enable='lt(t,2)'"
    return [
        row("ffmpeg drawtext, 60 s of 1080p", f'exec ffmpeg -v error -y -i {work}/film60.mp4 -vf "{draw}" '
            f"-c:v libx264 -preset veryfast -c:a copy {work}/out.mp4", "ffmpeg", clean),
        row("colophon label, 60 s", f"exec {label} {work}/film60.mp4 -o {work}/out.mp4", before=clean),
        row("cp, sync, 600 s", f"cp {work}/film600.mp4 {work}/out.mp4; sync {work}/out.mp4", before=clean),
        row("colophon label, 600 s", f"exec {label} {work}/film600.mp4 -o {work}/out.mp4", before=clean),
    ]


def groups(row, label, work, convert):
    return {PICTURES: picture_rows(row, label, work, convert), **sound_groups(row, label, work),
            FILMS: film_rows(row, label, work)}


def make_inputs(name, sh, work, convert, label):
    """What the groups whose names begin with `name` need, once."""
    work.mkdir(parents=True, exist_ok=True)
    if name == PICTURES:
        make_pictures(sh, work, convert, label)
    elif name == SOUNDS:
        make_sounds(sh, work)
    elif name == FILMS:
        make_films(sh, work)
