"""Typical sets without a fault in several formats and languages, and photos that installed libraries carry."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

PHOTOS = (
    ("skimage", "data/astronaut.png"), ("skimage", "data/chelsea.png"), ("skimage", "data/coffee.png"),
    ("skimage", "data/rocket.jpg"), ("skimage", "data/motorcycle_left.png"), ("skimage", "data/camera.png"),
    ("sklearn", "datasets/images/china.jpg"), ("sklearn", "datasets/images/flower.jpg"),
    ("skimage", "data/coins.png"), ("skimage", "data/retina.jpg"), ("skimage", "data/page.png"),
)  # fmt: skip

SHORT = {
    "What color is the car?": ("Red", "blue.", "Green", "white", "silver", "black", "Yellow"),
    "Is there a person in the picture?": ("Yes", "No", "yes.", "No."),
    "How many people are there?": ("2", "Three", "0", "12", "one"),
    "What sport is this?\nAnswer the question using a single word or phrase.": ("tennis", "Skiing", "surfing"),
    "What is the man holding?": ("umbrella", "Phone", "a cup", "nothing"),
    "What does the sign say?": ("STOP", "Exit 12", "O'Neill", "25 mph"),
    "Which animal is it?\nA. cat\nB. dog\nAnswer with the option's letter.": ("A", "B", "A.", "B. dog"),
    "What time does the clock show?": ("10:35", "noon", "3 o'clock"),
}
LANGUAGES = {
    "zh": (
        ("图片里有什么？", "这辆车是什么颜色的？", "请描述这张图片。"),
        ("一只猫", "红色", "一个男人在街上骑自行车，旁边停着一辆汽车。", "是", "两个人"),
    ),
    "ja": (
        ("この画像を説明してください。", "車の色は何ですか？", "何人いますか？"),
        ("猫がソファで寝ています。", "赤", "三人", "はい", "通りを自転車で走る男性が写っています。"),
    ),
    "ko": (
        ("이 이미지를 설명하세요.", "자동차의 색은 무엇입니까?"),
        ("빨간색", "고양이가 소파에서 자고 있다.", "네", "두 명"),
    ),
    "ar": (
        ("صف هذه الصورة.", "ما لون السيارة؟", "كم عدد الأشخاص؟"),
        ("أحمر", "رجل يركب دراجة في الشارع.", "نعم", "ثلاثة", "قطة نائمة على الأريكة"),
    ),
    "he": (("תאר את התמונה.", "מה צבע המכונית?"), ("אדום", "איש רוכב על אופניים ברחוב.", "כן", "חתול")),
    "fa": (("این تصویر را توصیف کنید.", "رنگ ماشین چیست؟"), ("قرمز", "مردی در خیابان دوچرخه سواری می‌کند.", "بله")),
    "hi": (("इस चित्र का वर्णन करें।", "कार का रंग क्या है?"), ("लाल", "एक आदमी सड़क पर साइकिल चला रहा है।", "हाँ")),
    "th": (("อธิบายภาพนี้", "รถสีอะไร"), ("สีแดง", "ผู้ชายขี่จักรยานบนถนน", "ใช่")),
    "ru": (
        ("Опиши изображение.", "Какого цвета машина?"),
        ("Красная", "Мужчина едет на велосипеде по улице.", "Да", "две"),
    ),
    "de": (
        ("Beschreibe das Bild.", "Welche Farbe hat das Auto?"),
        ("rot", "Ein Mann fährt mit dem Fahrrad durch die Stadt.", "Ja"),
    ),
    "fr": (
        ("Décrivez cette image.", "De quelle couleur est la voiture ?"),
        ("Rouge", "Un homme fait du vélo dans la rue.", "Oui"),
    ),
    "es": (
        ("Describe esta imagen.", "¿De qué color es el coche?"),
        ("Rojo", "Un hombre monta en bicicleta por la calle.", "Sí"),
    ),
    "vi": (
        ("Hãy mô tả hình ảnh này.", "Chiếc xe màu gì?"),
        ("Màu đỏ", "Một người đàn ông đang đi xe đạp trên đường.", "Có"),
    ),
}
"""Questions and answers by language."""

_SUBJECTS = (
    "a young woman with a straw hat", "two boys in school uniforms", "an old fisherman", "a brown horse",
    "several cyclists", "a delivery truck", "a sleeping cat", "a bowl of noodles", "a yellow tram", "three candles",
)  # fmt: skip
_SCENES = (
    "beside a wooden fence", "in front of a bakery", "on a stone bridge", "under a street lamp at night",
    "on a snowy hillside", "next to a large window",
)  # fmt: skip
_LONG = (
    "The image shows {subject} {scene}. The light comes from the left and casts soft shadows on the ground. In the "
    "background some buildings with tiled roofs can be seen, and the sky above them is partly cloudy. The colours are "
    "muted apart from a few bright spots, which gives the whole picture a calm mood."
)
_TEXT_ONLY = (
    ("Write a haiku about rain.", "Grey drops on the roof,\nthe garden drinks in silence;\nmorning smells of earth."),
    ("What is 17 * 23?", "391"),
    ("Translate to German: good morning", "Guten Morgen"),
    ("Write a function that adds two numbers.", "```python\ndef add(a, b):\n    return a + b\n```"),
    ("Explain photosynthesis briefly.", "Plants turn light, water and carbon dioxide into sugar and oxygen."),
    ("Name three fruits.", "Apples, pears and plums."),
)


@cache
def pictures() -> tuple[Image.Image, ...]:
    """The photos, a page of text, a night scene, snow, a chart and an icon; the longer side at most 512 pixels."""
    photos = [Image.open(str(files(package).joinpath(path))).convert("RGB") for package, path in PHOTOS]
    for photo in photos:
        photo.thumbnail((512, 512))
    night, snow = photos[6].point(lambda level: level * 0.45), photos[7].point(lambda level: 90 + level * 0.65)
    return (*photos, night, snow, _chart(), photos[1].resize((96, 72)))


def write(folder: Path) -> list[Path]:
    """Writes the sets with their pictures below `folder`, which must be empty; the files to import."""
    images = folder / "images"
    images.mkdir(parents=True)
    shapes = [(name, picture) for number, picture in enumerate(pictures()) for name, picture in _cut(number, picture)]
    for name, picture in shapes:
        picture.save(images / name, quality=92)
    names = itertools.cycle(name for name, _ in shapes)
    sets = {
        "vqa.json": _vqa(names),
        "captions.json": _captions(names),
        "minigpt4.json": _minigpt4(names),
        "detailed.jsonl": _detailed(names),
    }
    sets |= {f"lang_{language}.json": _language(language, names) for language in LANGUAGES}
    sets |= {"openai.jsonl": _openai(), "text.jsonl": _text_only(), "pairs.csv": _pairs(names)}
    for name, rows in sets.items():
        (folder / name).write_text(_joined(name, rows), encoding="utf-8")
    return [folder / name for name in sets]


def _cut(number: int, picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    yield f"{number:02d}.jpg", picture
    if number < 5:
        yield f"{number:02d}_left.jpg", picture.crop((0, 0, picture.width // 2, picture.height))


def _llava(number: int, image: str, *texts: str) -> dict[str, object]:
    messages = [{"from": "human" if place % 2 == 0 else "gpt", "value": text} for place, text in enumerate(texts)]
    messages[0]["value"] = "<image>\n" + messages[0]["value"]
    return {"id": str(number), "image": image, "conversations": messages}


def _vqa(names: Iterator[str]) -> list[dict[str, object]]:
    answers = [(question, answer) for question, answers in SHORT.items() for answer in answers]
    rows = [_llava(number, next(names), *pair) for number, pair in enumerate(answers)]
    several = [text for question in list(SHORT)[:3] for text in (question, SHORT[question][0])]
    return [*rows, _llava(len(rows), next(names), *several)]


def _captions(names: Iterator[str]) -> list[dict[str, object]]:
    asked = itertools.cycle(("Caption this.", "Describe.", "Write a short caption.", "What is shown?"))
    scenes = [f"{subject.capitalize()} {scene}." for subject in _SUBJECTS for scene in _SCENES]
    return [_llava(number, next(names), next(asked), text) for number, text in enumerate(scenes)]


def _minigpt4(names: Iterator[str]) -> dict[str, list[dict[str, str]]]:
    texts = [f"In the picture {subject} can be seen {scene}." for subject in _SUBJECTS[:5] for scene in _SCENES[:4]]
    return {"annotations": [{"image_id": next(names).removesuffix(".jpg"), "caption": text} for text in texts]}


def _detailed(names: Iterator[str]) -> list[dict[str, object]]:
    texts = [_LONG.format(subject=subject, scene=scene) for subject, scene in zip(_SUBJECTS, _SCENES, strict=False)]
    return [
        {"query": "<image>Describe the image in detail.", "response": text, "images": [f"images/{next(names)}"]}
        for text in texts
    ]


def _language(language: str, names: Iterator[str]) -> list[dict[str, object]]:
    questions, answers = LANGUAGES[language]
    pairs = zip(itertools.cycle(questions), answers)
    return [_llava(number, next(names), *pair) for number, pair in enumerate(pairs)]


def _openai() -> list[dict[str, object]]:
    def row(subject: str) -> dict[str, object]:
        address = f"https://example.org/{subject.replace(' ', '_')}.jpg"
        parts = [{"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": "What do you see?"}]
        answer = {"role": "assistant", "content": f"I see {subject}."}
        return {"messages": [{"role": "user", "content": parts}, answer]}

    return [row(subject) for subject in _SUBJECTS]


def _text_only() -> list[dict[str, object]]:
    return [
        {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}
        for question, answer in _TEXT_ONLY
    ]


def _pairs(names: Iterator[str]) -> list[dict[str, object]]:
    return [
        {"image": next(names), "question": f"Where is {subject}?", "answer": scene}
        for subject, scene in zip(_SUBJECTS, _SCENES, strict=False)
    ]


def _joined(name: str, rows: list[dict[str, object]] | dict[str, list[dict[str, str]]]) -> str:
    if isinstance(rows, list) and name.endswith(".csv"):
        return "\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]) + "\n"
    return json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))


def _chart() -> Image.Image:
    chart = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(chart)
    for number, height in enumerate(np.random.default_rng(1).integers(40, 220, 8).tolist()):
        draw.rectangle((40 + 42 * number, 260 - height, 70 + 42 * number, 260), fill=(40, 90, 160), outline="black")
    draw.line((30, 20, 30, 260, 380, 260), fill="black", width=2)
    draw.text((140, 5), "Sales per year", fill="black")
    return chart
