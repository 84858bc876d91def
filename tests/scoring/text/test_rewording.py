"""The same in other words is told from another answer and another question."""

from __future__ import annotations

import pytest

from scoring.text import rewording

SAME_ANSWERS = [
    ("A brown dog is lying on the sofa.", "There is a brown dog that lies on the couch."),
    ("Two men ride their bikes down the street.", "2 men are riding bicycles down the road."),
    ("A woman holds a red umbrella.", "In the image, a woman is holding an umbrella that is red."),
    ("The bus is parked in front of the building.", "In front of the building the bus is parked."),
    ("The man isn't wearing a hat.", "The man is not wearing a hat."),
    ("Yes, there is a dog.", "Yes, a dog is there."),
    ("A couple of birds are perched on a wire.", "Two birds sit on a wire."),
    ("Yes, the man is wearing a helmet.", "Yes, he is wearing a helmet."),
    ("A man in a blue shirt is cutting a pizza.", "A man wearing a blue shirt cuts a pizza."),
    ("The traffic light is red.", "It is a red traffic light."),
    ("A man is talking on his cell phone.", "A man talks on his mobile phone."),
    ("At the table, a young girl eats a slice of cake.", "A young girl is eating a slice of cake at the table."),
]
OTHER_ANSWERS = [
    ("Two dogs run.", "Three dogs run."),
    ("A red car is parked.", "A blue car is parked."),
    ("The man is wearing a hat.", "The man is not wearing a hat."),
    ("The dog is left of the cat.", "The dog is right of the cat."),
    ("The dog is to the left of the cat.", "The cat is to the left of the dog."),
    ("A red car and a blue bus.", "A blue car and a red bus."),
    ("A dog chases a cat.", "A cat chases a dog."),
    ("A view of Paris at night.", "A view of London at night."),
    ("The door is open.", "The door is closed."),
    ("A man rides a wave.", "A man in a wetsuit rides a big wave near the shore."),
    ("Yes", "No"),
    ("A man walks his dog.", "A boy walks his dog."),
    ("Yes, the woman is wearing a helmet.", "Yes, he is wearing a helmet."),
    (
        "A tall man in a long coat waits at the bus stop while two children play with a ball near the old fountain.",
        "A tall man in a long coat waits at the bus stop while two children play with a kite near the old fountain.",
    ),
]
SAME_QUESTIONS = [
    ("What color is the car?", "Which colour does the car have?"),
    ("How many dogs are there?", "What is the number of dogs in the picture?"),
    ("Where is the cat sitting?", "In what place is the cat seated?"),
    ("What is next to the laptop?", "What lies beside the laptop?"),
    ("What does the sign say?", "What is written on the sign?"),
    ("What is the man doing?", "What activity is the man engaged in?"),
    ("Is there a dog in the image?", "Can you see a dog in this picture?"),
    ("How old is the child?", "What is the age of the kid?"),
    ("What does the man have in his hand?", "What is the man holding?"),
    ("Why is the man smiling?", "What makes the man smile?"),
    ("What kind of animal is this?", "Which animal is shown here?"),
    ("Is the door open?", "Is the door open or closed?"),
    ("What is the color of the bus?", "What color is the bus?\nAnswer the question using a single word or phrase."),
]
OTHER_QUESTIONS = [
    ("What color is the car?", "What color is the bus?"),
    ("Is there a dog?", "Is there a cat?"),
    ("What is the man holding?", "What is the man looking at?"),
    ("What is on the table?", "What is under the table?"),
    ("Describe the image.", "Describe the dog in the image."),
    ("Is the man on the left smiling?", "Is the man on the right smiling?"),
    ("Why is he running?", "How is he running?"),
    ("What is the man sitting on?", "What is the man standing on?"),
    ("Is it raining?", "Is it not raining?"),
    ("What kind of dog is it?", "Is it a dog?"),
    ("What is he buying?", "What is he selling?"),
    ("How tall is the building?", "How old is the building?"),
    ("What does the child eat?", "What does the child drink?"),
]
ASKS_TO_DESCRIBE = """Describe the image concisely.
Provide a brief description of the given image.
Offer a succinct explanation of the picture presented.
Summarize the visual content of the image.
Write a terse but informative summary of the picture.
Relay a brief, clear account of the picture shown.
Can you describe the main features of this image for me?
What do you see happening in this image?""".splitlines()


@pytest.mark.parametrize(("left", "right"), SAME_ANSWERS)
def test_same_answer__in_other_words(left: str, right: str) -> None:
    assert rewording.same_answer(left, right, 0.85)
    assert rewording.same_answer(right, left, 0.85)


@pytest.mark.parametrize(("left", "right"), OTHER_ANSWERS)
def test_same_answer__never_where_something_differs(left: str, right: str) -> None:
    assert not rewording.same_answer(left, right, 0.85)
    assert not rewording.same_answer(right, left, 0.85)


@pytest.mark.parametrize(("left", "right"), SAME_QUESTIONS)
def test_same_question__in_other_words(left: str, right: str) -> None:
    assert rewording.same_question(left, right, sure=False)


@pytest.mark.parametrize(("left", "right"), OTHER_QUESTIONS)
def test_same_question__never_about_something_else(left: str, right: str) -> None:
    assert not rewording.same_question(left, right, sure=False)
    assert not rewording.same_question(left, right, sure=True)


@pytest.mark.parametrize("instruction", ASKS_TO_DESCRIBE)
def test_same_question__all_that_ask_to_describe_the_picture_are_one(instruction: str) -> None:
    assert rewording.same_question("Describe the image.", instruction, sure=False)
    assert not rewording.same_question("What color is the car?", instruction, sure=False)
