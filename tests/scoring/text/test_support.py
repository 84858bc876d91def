from __future__ import annotations

from scoring.item import Evidence
from scoring.text import mentions, support


def verdicts(response: str, evidence: Evidence) -> dict[str, str]:
    facts = support.facts_of(evidence)
    found = mentions.find(response, support.words_of(evidence))
    return dict(zip((mention.text for mention in found), support.verdicts(found, facts), strict=True))


def test_verdict__hyponym_synonym_and_hypernym_of_an_annotated_object(coco_classes: tuple[str, ...]) -> None:
    evidence = Evidence(("bench", "person", "dog", "dining table"), ("A park.",), coco_classes)
    judged = verdicts("A rider with a puppy, an animal, on a seat at a table.", evidence)
    assert set(judged.values()) == {"supported"}
    assert len(judged) == 5


def test_verdict__only_annotated_classes_can_be_unsupported(coco_classes: tuple[str, ...]) -> None:
    evidence = Evidence(("dog",), ("A dog.",), coco_classes)
    assert verdicts("A toaster and a chandelier.", evidence) == {"toaster": "unsupported", "chandelier": "unsure"}


def test_verdict__captioned_object_is_supported_and_a_denied_one_is_not(coco_classes: tuple[str, ...]) -> None:
    evidence = Evidence((), ("A toaster but no cat.",), coco_classes)
    assert verdicts("A toaster. A cat.", evidence) == {"toaster": "supported", "cat": "unsupported"}


def test_verdict__ambiguous_name_is_unsupported_only_when_every_reading_is(coco_classes: tuple[str, ...]) -> None:
    evidence = Evidence(("dog",), ("A dog.",), coco_classes)
    assert verdicts("A bike by a bat.", evidence) == {"bike": "unsupported", "bat": "unsure"}


def test_verdict__easily_confused_class_is_unsure_without_captions(coco_classes: tuple[str, ...]) -> None:
    assert verdicts("A chair.", Evidence(("couch",), (), coco_classes)) == {"chair": "unsure"}
    assert verdicts("A chair.", Evidence(("couch",), ("A couch.",), coco_classes)) == {"chair": "unsupported"}


def test_verdict__kind_of_a_class_looked_for_in_vain(coco_classes: tuple[str, ...]) -> None:
    about = Evidence(("bench",), ("An empty bench in a park.",), coco_classes)
    assert set(verdicts("A van, a kayak, a phone. Pedestrians with their animals.", about).values()) == {"unsupported"}
    assert verdicts("A van.", Evidence(("bench",), (), coco_classes)) == {"van": "unsure"}
    assert verdicts("A van.", Evidence(("truck",), ("A truck.",), coco_classes)) == {"van": "supported"}


def one_sentence(response: str, evidence: Evidence) -> dict[str, str]:
    found = mentions.find(response, support.words_of(evidence))
    judged = support.verdicts(found, support.facts_of(evidence), brief=True)
    return dict(zip((mention.text for mention in found), judged, strict=True))


def test_verdict__caption_with_another_word_for_what_is_there_is_unsure(coco_classes: tuple[str, ...]) -> None:
    snow = Evidence(("person", "snowboard"), ("A person on a snowboard.",), coco_classes)
    assert one_sentence("A man on skis.", snow)["skis"] == "unsure"
    assert one_sentence("A man on a snowboard beside skis.", snow)["skis"] == "unsupported"
    assert verdicts("A man on skis. It is cold.", snow)["skis"] == "unsupported"
    toys = Evidence(("chair",), ("A lego kitchen with chairs.",), coco_classes)
    assert one_sentence("Small people in a kitchen.", toys)["people"] == "unsure"
    pies = Evidence(("person",), ("A man bakes pies.",), coco_classes)
    assert one_sentence("A man bakes pizzas.", pies)["pizzas"] == "unsure"


def test_verdict__table_that_a_caption_names_in_passing(coco_classes: tuple[str, ...]) -> None:
    fruit = Evidence(("apple",), ("Some apples.",), coco_classes)
    assert one_sentence("Apples on a table.", fruit)["table"] == "unsure"
    assert verdicts("There are apples. They lie on a table.", fruit)["table"] == "unsupported"


def test_verdict__keyboard_of_a_laptop_in_a_caption_is_unsure(coco_classes: tuple[str, ...]) -> None:
    desk = Evidence(("laptop",), ("A laptop.",), coco_classes)
    assert one_sentence("A laptop with a dusty keyboard.", desk)["keyboard"] == "unsure"
    assert verdicts("A laptop. A keyboard is beside it.", desk)["keyboard"] == "unsupported"
