"""The dataset card: an export's manifest as a Markdown page for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curation.balancing.mixing import WEIGHT
from curation.common.counts import counted
from curation.exporting import format_labels, launch_lines
from curation.exporting.accounting import BEHIND, FATES, OUTSIDE, named_fates, totals
from curation.exporting.export_folder import ACCOUNTING, MANIFEST, RECIPE
from curation.publishing.hub_header import DEFAULT
from curation.recipes import strategies
from curation.workspace.tags import CONSTRUCTION, TENDENCY
from scoring.json_types import JsonObject

_MARKS = re.compile(r"([\\`*_\[\]<>|~$:!#])")


def text(manifest: JsonObject) -> str:
    """The whole card; it says nothing that the manifest does not."""
    manifest = _completed(manifest)
    blocks = [
        f"# {_plain(manifest['name'])}",
        _opening(manifest),
        "## Datasets",
        _datasets(manifest),
        *_licences(manifest),
        "## Balance",
        _balance(manifest),
        "## Tasks",
        _table(("task", "before", "after filters", "in this split"), _tasks(manifest)),
        "## Indicators, before and after",
        _table(("indicator", "before", "after", "unit", "note"), _indicators(manifest)),
        "In brackets: 95 % intervals, where they are known.",
        "## What became of every row",
        _accounting(manifest),
        "## What was filtered out",
        _funnel(manifest),
        "## Contamination",
        _contamination(manifest),
        "## What people decided",
        _decided(manifest),
        *_splits(manifest),
        *_files(manifest),
        "## How to make it again",
        _recipe(manifest),
    ]
    return "\n\n".join(blocks) + "\n"


def _completed(manifest: JsonObject) -> JsonObject:
    """The manifest with what those of the first version lack."""
    quota = {"axes": ["task"], "limits": [], "choice": "random", "weights": {}, **manifest["quota"]}
    approval = {"who": "a person", "note": ""} if manifest["status"] == "approved" else None
    added: JsonObject = {"approval": approval, "balance": [], "unmet": [], "edits": {"rows": 0}}
    added |= {"tags": [], "accounting": [], "selection": None}
    accounts = [{OUTSIDE: 0, BEHIND: 0, **account} for account in manifest.get("accounting", ())]
    return {**added, **manifest, "quota": quota, "accounting": accounts}


def _opening(manifest: JsonObject) -> str:
    names = ", ".join(_plain(name) for name in manifest["datasets"]) or "no dataset"
    approval = manifest["approval"]
    status = f"Approved by {_plain(approval['who'])}." if approval else "A draft: nobody approved it yet."
    if approval and approval["note"]:
        status += f"\n\n{_plain(approval['note'])}"
    opening = (
        f"{manifest['samples']:,} of {manifest['samples_before']:,} vision-language instruction samples from {names}, "
        f"curated with Winnow. {status}"
    )
    return "\n\n".join([opening, *_selection(manifest["selection"])])


def _selection(selection: JsonObject | None) -> list[str]:
    if selection is None:
        return []
    return [
        f"Only a selection was allowed to go out: {counted(selection['samples'], 'sample')}, "
        f"{_plain(selection['words'])}. "
        f"{counted(selection['outside'], 'sample', 'is', 'are')} outside of it."
    ]


def _datasets(manifest: JsonObject) -> str:
    """Who is in the mix, how each was made, and its share."""
    if not manifest["accounting"]:
        return ", ".join(_plain(name) for name in manifest["datasets"]) or "None."
    tags_by_dataset = {row["dataset"]: row for row in manifest["tags"]}
    weights = manifest["quota"]["weights"]
    rows = [
        (
            account["dataset"],
            *_tag_texts(tags_by_dataset.get(account["dataset"])),
            f"{weights.get(account['dataset'], 1):g}" if weights else "-",
            f"{account['exported']:,}",
            f"{account['exported'] / max(manifest['samples'], 1):.1%}",
        )
        for account in manifest["accounting"]
    ]
    head = ("dataset", "construction", "tendency", "turns", "weight", "in this split", "share")
    lines = [_table(head, rows)]
    if weights:
        lines.append("The shares of the datasets are proportional to their weights, as far as the data go.")
    return "\n\n".join(lines)


def _licences(manifest: JsonObject) -> list[str]:
    """What rows say of their licence; a dataset whose rows say nothing is named with that."""
    if "licences" not in manifest:
        return []
    rows = [(name, ", ".join(stated) or "not stated") for name, stated in manifest["licences"].items()]
    return ["## Licences of the sources", _table(("dataset", "licence, as its rows state it"), rows)]


def _tag_texts(row: JsonObject | None) -> tuple[str, str, str]:
    if row is None:
        return "-", "-", "-"
    tendency = [TENDENCY[word] + (f" ({row['domain']})" if word == "domain" else "") for word in row["tendency"]]
    construction = " + ".join(CONSTRUCTION[word] for word in row["construction"])
    return construction or "-", ", ".join(tendency) or "-", f"{row['turns']} ({row['mean_turns']:.1f} each)"


def _accounting(manifest: JsonObject) -> str:
    """Input rows to export rows: every line adds up."""
    accounts = manifest["accounting"]
    if not accounts:
        return "Not recorded."
    fates = named_fates(totals(accounts))
    rows = [(account["dataset"], *(f"{account[name]:,}" for name in ("rows", *fates))) for account in accounts]
    if len(accounts) > 1:
        rows.append(("all", *(f"{sum(account[name] for account in accounts):,}" for name in ("rows", *fates))))
    reasons = [
        (account["dataset"], FATES[part["fate"]], part["reason"], f"{part['rows']:,}")
        for account in accounts
        for part in account["parts"]
        if part["reason"]
    ]
    lines = [_table(("dataset", "rows in the file", *fates.values()), rows)]
    lines += [_table(("dataset", "fate", "first reason", "rows"), reasons)] if reasons else []
    return "\n\n".join([*lines, f"`{ACCOUNTING}` has the fate of every single row."])


def _balance(manifest: JsonObject) -> str:
    quota = manifest["quota"]
    lines = [f"Balanced by {' and '.join(quota['axes'])}; the samples of a cell are chosen {_choice(quota)}."]
    rows = [
        (
            row["axis"],
            f"{row['entropy_before']:.3f}",
            f"{row['entropy_after']:.3f}",
            f"{row['variance_before']:.2f}",
            f"{row['variance_after']:.2f}",
        )
        for row in manifest["balance"]
    ]
    head = ("axis", "entropy after filters", "in this split", "variance after filters", "in this split")
    lines.append(_table(head, rows))
    rules = [*_total(quota), *_limits(quota)]
    lines.append("Rules: " + "; ".join(rules) + "." if rules else "No cap, floor or total.")
    unmet = [
        f"- Of {_plain(shortfall['value'])} ({shortfall['axis']}) {_at_least(shortfall)}{shortfall['wanted']:,} were "
        f"wanted; {shortfall['reached']:,} could be given, {shortfall['available']:,} pass the filters."
        for shortfall in manifest["unmet"]
    ]
    heading = "Floors and shares by weight that could not be met:\n\n"
    return "\n\n".join([*lines, *([heading + "\n".join(unmet)] if unmet else [])])


def _at_least(shortfall: JsonObject) -> str:
    return "" if shortfall["axis"] == WEIGHT else "at least "


def _choice(quota: JsonObject) -> str:
    strategy = strategies.kinds().get(quota["choice"])
    words = strategy.words if strategy else f"by `{quota['choice']}`"
    return words if strategy and strategy.needs == "nothing" else f"{words} `{quota['map']}`"


def _total(quota: JsonObject) -> list[str]:
    return [] if quota["total"] is None else [f"{quota['total']:,} in all"]


def _limits(quota: JsonObject) -> list[str]:
    rules = [] if quota["cap"] is None else [f"at most {quota['cap']:,} of every task"]
    rules += [f"at most {cap:,} of task {_plain(value)}" for value, cap in sorted(quota["caps"].items())]
    for limit in quota["limits"]:
        subject = f"{limit['axis']} {_plain(limit['value'])}" if limit["value"] else f"every {limit['axis']}"
        rules += [f"at least {limit['at_least']:,} of {subject}"] if limit["at_least"] else []
        rules += [f"at most {limit['at_most']:,} of {subject}"] if limit["at_most"] is not None else []
    return rules


def _contamination(manifest: JsonObject) -> str:
    return _plain(manifest.get("contamination") or "Overlap with evaluation sets: not checked.")


def _decided(manifest: JsonObject) -> str:
    lines = ["Only samples that a person approved are in it."] if manifest.get("only_approved") else []
    if manifest.get("disputes"):
        lines.append(f"Reviewers differ about {manifest['disputes']:,} of these samples, and nobody settled it.")
    return "\n\n".join([*lines, _edits(manifest)])


def _edits(manifest: JsonObject) -> str:
    edits = manifest["edits"]
    if not edits["rows"]:
        return "Nobody changed a text: every row is as it was imported."
    return (
        f"{counted(edits['rows'], 'row', 'leaves', 'leave')} with edits by people: {edits['rewritten']:,} with a text "
        f"written anew, {edits['shortened']:,} with a turn dropped. All other rows are as they were imported."
    )


_TOGETHER = {
    "image": "samples of one image",
    "duplicates": "near duplicates and samples of one image",
    "dataset": "samples of one dataset",
}


def _splits(manifest: JsonObject) -> list[str]:
    """Samples of each split and what is in one split only; nothing for an export that is all training data."""
    splits = manifest.get("splits")
    if splits is None or (splits["by"] != "field" and not splits["shares"]):
        return []
    total = max(sum(splits["samples"].values()), 1)
    rows = [
        (
            name,
            f"{splits['shares'][name]:.1%}" if name in splits["shares"] else "-",
            f"{count:,}",
            f"{count / total:.1%}",
        )
        for name, count in splits["samples"].items()
    ]
    together = _TOGETHER.get(splits["by"])
    about = (
        f"{together[0].upper()}{together[1:]} are in one split: {counted(splits['groups'], 'group')}, drawn with the "
        "seed."
        if together
        else "Rows are in the split that their field `split` names; those without one are training data."
    )
    return ["## Splits", _table(("split", "share asked for", "samples", "share"), rows), about]


def _files(manifest: JsonObject) -> list[str]:
    """What was written, and which fields a conversion left behind; nothing before it is written."""
    if "format" not in manifest:
        return []
    lines = [f"{format_labels.form(manifest)}."]
    lines.append(_table(("file", "rows"), [(name, f"{rows:,}") for name, rows in manifest["rows"].items()]))
    lines += [
        f"Rows mix types in {_plain(config['mixed'])}: some loaders give such a column as JSON text, others refuse it. "
        "Another format has one type in every column."
        for config in manifest.get("configs", ())
        if config["mixed"]
    ]
    if len(configs := manifest.get("configs", ())) > 1:
        named = ", ".join(f"`{config['name']}`" for config in configs)
        lines.append(
            f"Rows that were written alike are a configuration of their own, as loaders want it: {named}. "
            f"`load_dataset(folder, name)` takes one of them{_unnamed(configs)}."
        )
    if manifest["images"]["missing"]:
        missing = counted(manifest["images"]["missing"], "image or video", "is", "are", plural="images or videos")
        lines.append(f"{missing} not there.")
    lost = [
        (dataset, field, f"{rows:,}")
        for dataset, fields in manifest.get("not_carried", {}).items()
        for field, rows in fields.items()
    ]
    if lost:
        lines.append("The format has no place for these fields and, in brackets, parts of conversations:")
        lines.append(_table(("dataset", "field", "rows"), lost))
    launches = manifest.get("launch")
    training = ["## How to train on it", launch_lines.section(launches)] if launches else []
    return ["## Files", "\n\n".join(lines), *training]


def _unnamed(configs: Sequence[JsonObject]) -> str:
    """Which configuration comes when none is named."""
    return "; without a name, `default`" if any(config["name"] == DEFAULT for config in configs) else ""


def _tasks(manifest: JsonObject) -> list[tuple[str, ...]]:
    return [
        (row["task"], f"{row['before']:,}", f"{row['available']:,}", f"{row['taken']:,}") for row in manifest["tasks"]
    ]


def _indicators(manifest: JsonObject) -> list[tuple[str, ...]]:
    return [
        (row["title"], _measured(row, "before"), _measured(row, "after"), row["unit"], row["detail"])
        for row in manifest["indicators"]
    ]


def _funnel(manifest: JsonObject) -> str:
    if not manifest["funnel"]:
        return "Nothing: the recipe has no filter."
    rows = [
        (row["filter"], row["kind"], f"{row['drops']:,}", f"{row['only']:,}", f"{row['remaining']:,}")
        for row in manifest["funnel"]
    ]
    return _table(("filter", "kind", "dropped here", "dropped by it alone", "remaining"), rows)


def _recipe(manifest: JsonObject) -> str:
    decisions = ", ".join(f"{count} x {name}" for name, count in manifest["decisions"].items()) or "none"
    return (
        f"`{RECIPE}` holds thresholds, dropped flags, quotas, seed ({manifest['seed']}), scorer versions and "
        f"people's decisions ({decisions}).\n\n"
        f"```\npython -m curation export --recipe {RECIPE} --out again\n```\n\n"
        f"gives the same bytes over the same data; `{MANIFEST}` has the checksums."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell if cell == "---" else _plain(cell) for cell in line) + " |" for line in lines
    )


def _plain(value: object) -> str:
    """Text that Markdown takes as it is: names and notes are data."""
    return _MARKS.sub(r"\\\1", " ".join(str(value).split()))


def _measured(row: JsonObject, side: str) -> str:
    """A value with its 95 % interval where there is one."""
    low, high = row.get(f"{side}_low"), row.get(f"{side}_high")
    interval = "" if low is None or high is None else f" ({_number(low)} to {_number(high)})"
    return _number(row[side]) + interval


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"
