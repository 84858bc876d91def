"""Boxes that rows draw: from fields and texts of every usual spelling, on the right picture, and nothing else."""

import time

import orjson
import pytest

from curation.formats import multiinstruct, qwen_vl, swift
from curation.images.coordinates import Convention, Geometry
from curation.views.sample import marks

SIZES = [Geometry(200, 100), Geometry(400, 400)]


def _swift(**more):
    row = {"messages": [{"role": "user", "content": "<image>Q"}, {"role": "assistant", "content": "A"}]} | more
    return orjson.dumps(row).decode()


def _places(found):
    return [tuple(round(side, 3) for side in (one.x, one.y, one.width, one.height)) for one in found]


@pytest.mark.parametrize(
    ("objects", "place"),
    [
        ({"ref": ["dog"], "bbox": [[20, 10, 120, 60]]}, (0.1, 0.1, 0.5, 0.5)),
        ({"ref": ["dog"], "bbox": [[0.1, 0.1, 0.6, 0.6]], "bbox_type": "norm1"}, (0.1, 0.1, 0.5, 0.5)),
        ({"ref": ["dog"], "bbox": [[100, 100, 600, 600]], "bbox_type": "norm1000"}, (0.1, 0.1, 0.5, 0.5)),
    ],
)
def test_of__fields_of_a_row__as_their_scale_says(objects, place):
    (found,) = marks.of("swift", _swift(images=["a"], objects=objects), ["Q", "A"], SIZES)
    assert (found.title, found.picture, found.written) == ("1 dog", 0, "")
    assert _places([found]) == [place]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("It is at [0.1, 0.2, 0.6, 0.7].", ""),
        ("It is at (0.1,0.2,0.6,0.7).", ""),
        ("It is at [20, 20, 120, 70].", ""),
        ("<ref>dog</ref><box>(100,200),(600,700)</box>", "dog"),
        ("<ref>dog</ref> <box>[[100, 200, 600, 700]]</box>", "dog"),
        ("<|object_ref_start|>dog<|object_ref_end|><|box_start|>(100,200),(600,700)<|box_end|>", "dog"),
    ],
)
def test_of__coordinates_in_a_text__in_every_usual_spelling(text, label):
    (found,) = marks.of("llava", "{}", ["Where?", text], SIZES[:1])
    assert _places([found]) == [(0.1, 0.2, 0.5, 0.5)]
    assert found.label == label
    assert found.written in text


@pytest.mark.parametrize(
    "text",
    ["(1, 2, 3, 4)", "[9, 9, 3, 3]", "[0.5, 0.5, 0.1, 0.1]", "[10, 10, 900, 900]", "<box>no</box>"],
)
def test_of__four_numbers_that_are_no_box__are_left_alone(text):
    assert marks.of("llava", "not even JSON", [text], SIZES[:1]) == ()


@pytest.mark.parametrize(
    ("text", "kind", "place", "label"),
    [
        ('[{"bbox_2d": [20, 10, 120, 60], "label": "dog"}]', "box", (0.1, 0.1, 0.5, 0.5), "dog"),
        ('```json\n[{"label": "dog", "bbox_2d": [20, 10, 120, 60]}]\n```', "box", (0.1, 0.1, 0.5, 0.5), "dog"),
        ('{"box_2d": [100, 100, 600, 600], "label": "dog"}', "box", (0.1, 0.1, 0.5, 0.5), "dog"),
        ('{"point_2d": [20, 10], "label": "nose"}', "point", (0.1, 0.1, 0, 0), "nose"),
        ('<point x="10.0" y="10" alt="the nose">nose</point>', "point", (0.1, 0.1, 0, 0), "the nose"),
        ("<point>[[100, 100]]</point>", "point", (0.1, 0.1, 0, 0), ""),
        ("<|point_start|>(100,100)<|point_end|>", "point", (0.1, 0.1, 0, 0), ""),
        ("<loc0102><loc0102><loc0614><loc0614> dog", "box", (0.1, 0.1, 0.5, 0.5), "dog"),
        ("<loc_100><loc_100><loc_600><loc_600>", "box", (0.1, 0.1, 0.5, 0.5), ""),
        ("<poly>(100,100),(600,100),(600,600)</poly>", "outline", (0.1, 0.1, 0.5, 0.5), ""),
        ('{"polygon": [[20, 10], [120, 10], [120, 60]], "label": "roof"}', "outline", (0.1, 0.1, 0.5, 0.5), "roof"),
        ("<|quad_start|>(100,100),(600,100),(600,600),(100,600)<|quad_end|>", "outline", (0.1, 0.1, 0.5, 0.5), ""),
    ],
)
def test_of__notations_of_other_models(text, kind, place, label):
    (found,) = marks.of("llava", "{}", ["Where?", text], SIZES[:1])
    assert found.kind == kind
    assert _places([found])[0] == pytest.approx(place, abs=0.002)
    assert found.label == label


def test_of__several_points_in_one_mark__are_each_drawn():
    found = marks.of("llava", "{}", ['<points x1="10" y1="20" x2="30.5" y2="40" alt="cup">cup</points>'], SIZES[:1])
    assert [(one.x, one.y, one.label) for one in found] == [(0.1, 0.2, "cup"), (0.305, 0.4, "cup")]


def test_of__what_a_person_chose__counts_also_against_marks_that_mean_thousandths():
    text = "<box>(20,10),(120,60)</box>"
    chosen = marks.NumberReading(Convention("pixels"), is_chosen=True)
    (guessed,), (read) = (marks.of("llava", "{}", [text], SIZES[:1], one) for one in (marks.AS_PIXELS, chosen))
    assert _places([guessed]) == [(0.02, 0.01, 0.1, 0.05)]
    assert _places(read) == [(0.1, 0.1, 0.5, 0.5)]


def test_of__several_pictures__the_one_that_the_text_names():
    texts = ["In image 2 it is [0.1, 0.1, 0.5, 0.5], in Image-1 [0.2, 0.2, 0.5, 0.5].", "[0.3, 0.3, 0.9, 0.9]"]
    assert [one.picture for one in marks.of("llava", "{}", texts, SIZES)] == [1, 0, 0]
    assert marks.of("llava", "{}", texts, []) == ()


def test_of__same_box_in_field_and_text__is_one():
    raw = qwen_vl.EXAMPLE.splitlines()[2:]
    row = orjson.loads("\n".join(raw)[: -len("\n]")])
    texts = [one["value"] for one in row["conversations"]]
    (found,) = marks.of("qwen_vl", orjson.dumps(row).decode(), texts, SIZES[:1])
    assert (found.title, found.written) == ("1 shirt", "<box>(588,499),(725,789)</box>")


def test_of__every_example_of_regions_in_the_formats():
    for module, at in ((swift, 0), (multiinstruct, 0)):
        raw = module.EXAMPLE.splitlines()[at]
        assert marks.of(module.FORMAT.name, raw, [], [Geometry(640, 480)])


def test_pieces__chips_in_order_and_numbers_behind_boxes():
    found = marks.of("llava", "{}", ["At [0.1, 0.1, 0.5, 0.5]."], SIZES[:1])
    text = "<image>\nA <image> at [0.1, 0.1, 0.5, 0.5]. Picture 3: <img>a/b.jpg</img>"
    cut = marks.pieces(text, found, before=2)
    assert "".join(one.text for one in cut) == text
    assert [(one.image, one.box) for one in cut if one.image or one.box] == [(3, 0), (4, 0), (0, 1), (5, 0)]
    assert marks.images_in(text) == 3


def test_caption__number_name_and_moment():
    assert marks.caption("a/b.jpg", "exact", 0, 1) == "b.jpg"
    assert marks.caption("v/c.mp4#t=1.2", "video_frame", 1, 3) == "image 2 of 3 · c.mp4, at 1.2 s"
    assert marks.caption("winnow-picture:bytes:x", "embedded", 0, 1) == "inside the row"


@pytest.mark.parametrize(
    "part",
    [
        " ",
        "<img>",
        "[",
        "(1,",
        "<ref>",
        "<box>",
        "[1,2,3,4]",
        "Picture 1: ",
        '"bbox":[',
        '"label": "',
        "<points x",
        "<loc0123>",
        "{",
    ],
)
def test_of__long_hostile_text__takes_no_time(part):
    text = part * (400_000 // len(part))
    started = time.process_time()
    marks.pieces(text, marks.of("llava", "{}", [text], SIZES))
    assert time.process_time() - started < 5
