from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from curation.annotations import AnnotatedImage, Annotations, Box, Question, Text
from curation.generation import clue
from curation.generation.clue import ObjectClass

Write = Callable[..., Path]
DOG = Box("dog", (10, 20, 30, 40), "animal")
NINE = "COCO_val2014_9.jpg"


def _instances(*boxes: Box, name: str = "9.png") -> Annotations:
    objects = tuple(dict.fromkeys(box.category for box in boxes))
    image = AnnotatedImage(name, objects, boxes=boxes)
    return Annotations("instances.json", [image], ["cat", "dog", "person"], "coco_instances")


def test_collect__several_sources__one_clue_whatever_their_order(photo: Write, tmp_path: Path) -> None:
    photo("9.png")
    sources = [
        _instances(DOG, DOG),
        Annotations("captions.json", [AnnotatedImage(NINE, captions=("A dog.",))], [], "coco_captions"),
        Annotations("vqa.json", [AnnotatedImage(NINE, questions=(Question("Is it?", {"yes": 3}),))], [], "vqa"),
        Annotations("text.json", [AnnotatedImage("x/9.jpg", texts=(Text("GO"),))], [], "coco_text"),
    ]
    (found,) = clue.collect(sources, tmp_path / "images").clues
    assert found == clue.collect(sources[::-1], tmp_path / "images").clues[0]
    assert (found.file_name, found.width, found.height) == ("9.png", 320, 240)
    assert found.sources == ("captions.json", "instances.json", "text.json", "vqa.json")
    assert found.vocabulary == ("cat", "dog", "person")
    assert found.captions == ("A dog.",)


def test_collect__same_box_twice__is_one(photo: Write, tmp_path: Path) -> None:
    photo("9.png")
    other = Annotations("more.json", _instances(DOG).images, [], "coco_instances")
    (found,) = clue.collect([_instances(DOG), other], tmp_path / "images").clues
    assert found.objects_with_counts == (ObjectClass("dog", 1, True, "animal"),)
    assert found.boxes == (DOG,)


def test_collect__crowds_and_uncounted_sources__give_no_exact_count(photo: Write, tmp_path: Path) -> None:
    photo("9.png")
    crowd = Box("person", (0, 0, 9, 9), "person", crowd=True)
    (found,) = clue.collect([_instances(crowd, Box("person", (1, 1, 2, 2), "person"), DOG)], tmp_path / "images").clues
    assert {kind.name: kind.exact for kind in found.objects_with_counts} == {"person": False, "dog": True}
    genome = Annotations("objects.json", _instances(DOG).images, [], "visual_genome")
    (found,) = clue.collect([genome], tmp_path / "images").clues
    assert found.objects_with_counts == (ObjectClass("dog", 1, False, "animal"),)


def test_collect__sources_that_count_differently__no_exact_count(photo: Write, tmp_path: Path) -> None:
    photo("9.png")
    twice = Annotations("b.json", _instances(DOG, Box("dog", (0, 0, 5, 5))).images, [], "coco_instances")
    (found,) = clue.collect([_instances(DOG), twice], tmp_path / "images").clues
    assert not found.objects_with_counts[0].exact


def test_collect__pictures_without_a_file_or_broken__are_counted(photo: Write, tmp_path: Path) -> None:
    photo("9.png")
    (tmp_path / "images" / "8.png").write_bytes(b"no picture")
    names = ("9.png", "8.png", "7.png", "../../etc/passwd")
    source = Annotations("n.json", [AnnotatedImage(name, ("dog",)) for name in names], [], "simple")
    found = clue.collect([source], tmp_path / "images")
    assert [one.file_name for one in found.clues] == ["9.png"]
    assert found.left_out == {"broken": 1, "not in the image folder": 2}


def test_text__form_of_the_paper() -> None:
    shown = clue.Clue(
        "9.jpg",
        captions=("Two women preparing food in a kitchen", "A set table."),
        objects_with_counts=(
            ObjectClass("bottle", 2, True, "kitchen"),
            ObjectClass("person", 3, False, "person"),
            ObjectClass("sky", 1),
        ),
        attributes=(("bottle", ("green", "tall")),),
        questions=(Question("How many bottles?", {"2": 9, "3": 1}), Question("Pick", {}, ("a", "b"), correct="b")),
        texts=(Text("BARDOLINO"), Text("N8")),
    )
    assert clue.text(shown) == (
        "This is a picture which can be described as Two women preparing food in a kitchen. A set table. "
        "The image contains 2 kitchen_bottle, at least 3 person_person, sky. "
        "Some of the objects have attributes: bottle: green, tall. "
        "The image also contains a number of question and answer pairs: "
        "Q: How many bottles? A: 2. , Q: Pick A: b. "
        "The following characters can be recognized in the image: BARDOLINO, N8."
    )
    assert clue.text(clue.Clue("9.jpg")) == ""
