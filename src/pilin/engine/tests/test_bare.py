"""Photographs lose position and device and keep their turn, before anything is hashed."""

import hashlib
import struct
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from pilin.engine import evidence, small
from pilin.engine.bare import Damaged, bare
from pilin.engine.refused import Refused
from tests.pictures import png

#: Makers, as their cameras sign, with the order of bytes they write in.
MAKERS = ("Apple", "HUAWEI", "Xiaomi", "samsung", "Canon")


def exif(maker, turn):
    found = Image.Exif()
    found[ExifTags.Base.Make] = maker
    found[ExifTags.Base.Model] = f"{maker} TESTPHONE"
    found[ExifTags.Base.Orientation] = turn
    gps = found.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (30.0, 45.0, 12.5)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (121.0, 1.0, 2.5)
    own = found.get_ifd(ExifTags.IFD.Exif)
    own[ExifTags.Base.MakerNote] = f"{maker} serial 12345678".encode()
    return found


def photograph(maker, turn=6, kind="JPEG"):
    picture = Image.new("RGB", (40, 20))
    picture.putdata([(x * 6, y * 12, 90) for y in range(20) for x in range(40)])
    out = BytesIO()
    more = {"comment": f"{maker} TESTPHONE".encode()} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif(maker, turn), xmp=b"<x:xmpmeta>TESTPHONE</x:xmpmeta>", **more)
    tail = {"Apple": b"", "samsung": b"\0\0\x01\x0aImage_UTC_DataTESTPHONE 30.75,121.02SEFT"}
    return out.getvalue() + (tail.get(maker, b"TESTPHONE") if kind == "JPEG" else b"")


def stripped(data, kind="image/jpeg"):
    return bare(SimpleUploadedFile("a", data), kind).read()


def traces(data):
    return [
        word for word in (b"TESTPHONE", b"serial", b"GPS", *map(str.encode, MAKERS)) if word in data
    ]


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("maker", MAKERS)
def test_a_photograph_loses_position_and_device_and_keeps_its_turn(maker, turn):
    data = photograph(maker, turn)
    kept = stripped(data)
    assert traces(data) and not traces(kept)
    before, after = Image.open(BytesIO(data)), Image.open(BytesIO(kept))
    assert after.getexif().get(ExifTags.Base.Orientation, 1) == turn
    assert not after.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert list(before.getdata()) == list(after.getdata())


def test_what_was_stripped_is_stripped_no_further():
    kept = stripped(photograph("HUAWEI"))
    assert stripped(kept) == kept


@pytest.mark.parametrize("maker", MAKERS)
def test_a_webp_and_a_png_too(maker):
    for kind in ("WEBP", "PNG"):
        data = photograph(maker, kind=kind)
        kept = stripped(data, f"image/{kind.lower()}")
        assert not traces(kept)
        assert list(Image.open(BytesIO(kept)).getdata()) == list(
            Image.open(BytesIO(data)).getdata()
        )


def test_a_png_loses_what_somebody_wrote_into_it():
    data = png("a", (b"tEXt", b"Author\0TESTPHONE"), (b"eXIf", b"MM\0*TESTPHONE"))
    assert stripped(data, "image/png") == png("a")


def box(name, *inside):
    data = b"".join(inside)
    return struct.pack(">I4s", 8 + len(data), name) + data


def test_a_video_loses_its_position_and_nothing_moves():
    place = box(b"udta", box(b"\xa9xyz", b"+30.75+121.02/"))
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", b"TESTPHONE"))
    data = box(b"ftyp", b"isom") + box(b"moov", track, place) + box(b"mdat", b"TESTPHONE's sounds")
    kept = stripped(data, "video/mp4")
    assert len(kept) == len(data) and b"121.02" not in kept
    assert kept.endswith(box(b"mdat", b"TESTPHONE's sounds"))
    assert kept.count(b"TESTPHONE") == 1


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (photograph("Apple")[:-20], "image/jpeg"),
        (b"\xff\xd8\xff\xe1\xff", "image/jpeg"),
        (png("a")[:-9], "image/png"),
        (b"RIFF\x10\0\0\0WEBPEXIF\xff\xff\xff\xff", "image/webp"),
        (struct.pack(">I4s", 99, b"moov"), "video/mp4"),
    ],
)
def test_what_is_damaged_is_refused(data, kind):
    with pytest.raises(Damaged):
        stripped(data, kind)


def test_whoever_sends_a_damaged_picture_is_told(db):
    with pytest.raises(Refused) as refusal:
        evidence.examine(SimpleUploadedFile("a.jpg", photograph("Canon")[:300]))
    assert refusal.value.code == "file" and "a.jpg" in str(refusal.value)


def test_the_hash_is_that_of_what_is_kept(db):
    data = photograph("Xiaomi")
    said, kept = evidence.examine(SimpleUploadedFile("a.jpg", data))
    stored = b"".join(kept.chunks())
    assert said["sha256"] == hashlib.sha256(stored).hexdigest() and not traces(stored)
    assert said["size"] == len(stored)


@pytest.fixture
def kept(settings, tmp_path):
    """A photograph of a thousand pixels and more, lying on its side, among the files."""
    settings.DATA = tmp_path
    picture, out = Image.new("RGB", (3000, 1500), "red"), BytesIO()
    picture.save(out, "JPEG", exif=exif("Apple", 6))
    data = stripped(out.getvalue())
    sha256 = hashlib.sha256(data).hexdigest()
    path = evidence.path_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return sha256


def test_a_small_copy_is_upright_and_small(kept):
    path = small.of(kept)
    with Image.open(path) as picture:
        assert picture.size == (500, 1000)
    assert path.stat().st_size < evidence.path_of(kept).stat().st_size
    assert small.of(kept) == path


def test_of_what_is_no_picture_there_is_no_small_copy(kept):
    evidence.path_of(kept).write_bytes(b"%PDF-1.4")
    assert small.of(kept) is None


def test_a_small_copy_goes_with_its_picture(kept):
    from datetime import timedelta

    from django.utils import timezone

    path = small.of(kept)
    later = timezone.now() + timedelta(days=1)
    assert small.sweep(later) == 0
    evidence.path_of(kept).unlink()
    assert small.sweep(later) == 1 and not path.exists()
