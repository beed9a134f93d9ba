// SPDX-License-Identifier: Apache-2.0
// The fields that `c2pa.metadata` may hold (C2PA 2.2 appendix B, with the three terms of Dublin
// Core that later texts add).
#include "c2pa/assertions.hpp"
#include "wire/json_text.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

/// A schema of which some fields are allowed, each with a space before and behind it.
struct Schema {
  std::string_view prefix, fields;
};
constexpr Schema kPartial[] = {
    {"dc", " coverage created creator date format identifier language modified relation type "},
    {"Iptc4xmpCore", " Scene "},
    {"Iptc4xmpExt",
     " DigImageGUID DigitalSourceType EventId Genre ImageRating ImageRegion"
     " LocationCreated LocationShown MaxAvailHeight MaxAvailWidth RegistryId "},
    {"exif",
     " ApertureValue BrightnessValue CFAPattern ColorSpace CompressedBitsPerPixel"
     " Contrast CustomRendered DateTimeDigitized DateTimeOriginal"
     " DeviceSettingDescription DigitalZoomRatio ExifVersion ExposureBiasValue"
     " ExposureIndex ExposureMode ExposureProgram ExposureTime FNumber FileSource Flash"
     " FlashEnergy FlashpixVersion FocalLength FocalLengthIn35mmFilm"
     " FocalPlaneResolutionUnit FocalPlaneXResolution FocalPlaneYResolution GPSAltitude"
     " GPSAltitudeRef GPSDOP GPSDateStamp GPSDestBearing GPSDestBearingRef"
     " GPSDestDistance GPSDestDistanceRef GPSDestLatitude GPSDestLongitude"
     " GPSDifferential GPSHPositioningError GPSImgDirection GPSImgDirectionRef"
     " GPSLatitude GPSLongitude GPSMapDatum GPSMeasureMode GPSProcessingMethod"
     " GPSSatellites GPSSpeed GPSSpeedRef GPSStatus GPSTimeStamp GPSTrack GPSTrackRef"
     " GPSVersionID GainControl ISOSpeedRatings ImageUniqueID LightSource"
     " MaxApertureValue MeteringMode OECF OffsetTimeOriginal PixelXDimension"
     " PixelYDimension RelatedSoundFile Saturation SceneCaptureType SceneType"
     " SensingMethod Sharpness ShutterSpeedValue SpatialFrequencyResponse"
     " SpectralSensitivity SubjectArea SubjectDistance SubjectDistanceRange"
     " SubjectLocation WhiteBalance "},
    {"exifEX",
     " BodySerialNumber Gamma ISOSpeed ISOSpeedLatitudeyyy ISOSpeedLatitudezzz"
     " InteroperabilityIndex LensMake LensModel LensSerialNumber LensSpecification"
     " PhotographicSensitivity RecommendedExposureIndex SensitivityType"
     " StandardOutputSensitivity "},
    {"photoshop",
     " Category City ColorMode Country DateCreated DocumentAncestors History ICCProfile"
     " State SupplementalCategories TextLayers TransmissionReference Urgency "},
    {"tiff",
     " BitsPerSample Compression DateTime ImageLength ImageWidth Make Model Orientation"
     " PhotometricInterpretation PlanarConfiguration PrimaryChromaticities"
     " ReferenceBlackWhite ResolutionUnit SamplesPerPixel Software TransferFunction"
     " WhitePoint XResolution YCbCrCoefficients YCbCrPositioning YCbCrSubSampling"
     " YResolution "},
    {"xmpDM",
     " Tracks absPeakAudioFilePath album altTapeName altTimecode audioChannelType"
     " audioCompressor audioSampleRate audioSampleType beatSpliceParams cameraAngle"
     " cameraLabel cameraModel cameraMove comment contributedMedia discNumber duration"
     " fileDataRate genre good instrument introTime key logComment loop lyrics markers"
     " numberOfBeats outCue partOfCompilation projectName projectRef pullDown"
     " relativePeakAudioFilePath relativeTimestamp releaseDate resampleParams scaleType"
     " scene shotDate shotDay shotLocation shotName shotNumber shotSize"
     " speakerPlacement startTimecode stretchMode takeNumber tapeName tempo"
     " timeScaleParams timeSignature trackNumber videoAlphaMode"
     " videoAlphaPremultipleColor videoAlphaUnityIsTransparent videoColorSpace"
     " videoCompressor videoFieldOrder videoFrameRate videoFrameSize"
     " videoPixelAspectRatio videoPixelDepth "},
    {"plus",
     " FileNameAsDelivered FirstPublicationDate ImageFileFormatAsDelivered"
     " ImageFileSizeAsDelivered ImageType Version "},
};
constexpr std::string_view kWhole[] = {"xmp", "xmpMM", "xmpTPg", "crs", "pdf"};

bool is_allowed(std::string_view prefix, std::string_view field) {
  if (std::find(std::begin(kWhole), std::end(kWhole), prefix) != std::end(kWhole)) return true;
  const std::string wanted = " " + std::string(field) + " ";
  return std::any_of(std::begin(kPartial), std::end(kPartial), [&](const Schema& schema) {
    return schema.prefix == prefix && schema.fields.find(wanted) != std::string_view::npos;
  });
}

/// The first field that may not be there; nothing: all may.
std::optional<std::string> disallowed(const wire::JsonValue& value, bool standard) {
  const wire::JsonValue* context = value.find("@context");
  if (context == nullptr || context->members.empty()) return "@context";
  for (const wire::JsonMember& member : value.members) {
    if (member.key.starts_with('@')) continue;
    const std::size_t colon = member.key.find(':');
    const std::string prefix = member.key.substr(0, colon);
    const bool prefixed = colon != std::string::npos;
    if (prefixed && context->find(prefix) == nullptr) return member.key;
    if (!standard) continue;
    if (!prefixed || !is_allowed(prefix, member.key.substr(colon + 1))) return member.key;
  }
  return std::nullopt;
}

}  // namespace

void check_metadata(const AssertionCheck& check) {
  for (const Assertion& assertion : check.manifest().assertions) {
    const bool standard = assertion.base == "c2pa.metadata";
    const bool other =
        assertion.base.ends_with(".metadata") && assertion.base != "c2pa.assertion.metadata";
    const JumbfBox* content = standard || other ? assertion.box->content("json") : nullptr;
    if (content == nullptr) continue;
    const auto value = wire::parse_json(as_text(check.manifest().content(*content)), check.limits);
    if (!value) continue;  // assertion.json.invalid
    if (const auto field = disallowed(*value, standard)) {
      check.status.fail("assertion.metadata.disallowed", check.url(assertion),
                        "the field " + *field + " may not stand in it");
    }
  }
}

}  // namespace colophon::c2pa
