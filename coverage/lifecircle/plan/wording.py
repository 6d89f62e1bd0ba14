"""Requirements in words: a standard's rule, target and filters as short text in Chinese or English."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from lifecircle.bilingual import Bilingual
from lifecircle.plan.figures import COMPARATOR_SIGNS
from lifecircle.plan.standards import SHARE_KINDS, Circle, Composite, Presence, Ratio, Share, Statistic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lifecircle.bilingual import Lang
    from lifecircle.plan.standards import AreaChoice, Binding, Standard, Where

KIND_NAMES: Final[dict[str, Bilingual]] = {
    "circle": Bilingual(zh="步行圈", en="walking circle"),
    "presence": Bilingual(zh="设施配置", en="presence"),
    "ratio": Bilingual(zh="人均配置", en="ratio"),
    "share": Bilingual(zh="占比", en="share"),
    "statistic": Bilingual(zh="统计值", en="statistic"),
    "composite": Bilingual(zh="综合圈", en="bundle of circles"),
    "promise": Bilingual(zh="不计分的承诺", en="promise, not scored"),
}
LEVEL_NAMES: Final[dict[str, Bilingual]] = {
    "district": Bilingual(zh="区", en="district"),
    "street": Bilingual(zh="街（镇）", en="street or town"),
    "community": Bilingual(zh="社区", en="community"),
}
_ONE_OF: Final = {"people": "person", "children": "child", "buses": "bus"}
_BINDING: Final[dict[Binding, Bilingual]] = {
    "约束性": Bilingual(zh="约束性", en="binding"),
    "预期性": Bilingual(zh="预期性", en="expected"),
}


def target_words(standard: Standard, lang: Lang) -> str:
    """Word a target with comparator and unit: ``≥85%``, ``≥ 85 %``, ``4.5个左右``, ``about 4.5 places``.

    All is ``100%`` or ``100 %``. Chinese writes no spaces around signs.
    """
    gap = "" if lang == "zh" else " "
    if standard.kind in SHARE_KINDS:
        words = f"{standard.target * 100:,.10g}{gap}%"
    else:
        unit = standard.unit if isinstance(standard, Ratio | Statistic) else None
        words = with_unit(f"{standard.target:,.10g}", unit, lang)
    if standard.comparator == "about":
        return f"{words}左右" if lang == "zh" else f"about {words}"
    if standard.comparator == ">=" and words == f"100{gap}%":
        return words
    return f"{COMPARATOR_SIGNS[standard.comparator]}{gap}{words}"


def with_unit(words: str, unit: Bilingual | None, lang: Lang) -> str:
    """Return a number with its unit, which English has in the singular for one.

    Examples
    --------
    >>> cases = Bilingual(zh="次/万人", en="cases per 10,000 people")
    >>> with_unit("1", cases, "en"), with_unit("11.2", cases, "en"), with_unit("11.2", cases, "zh")
    ('1 case per 10,000 people', '11.2 cases per 10,000 people', '11.2次/万人')
    """
    if unit is None:
        return words
    if lang == "zh":
        return f"{words}{unit.zh}"
    first, *others = unit.en.split(" ")
    return " ".join([words, _singular(first) if words == "1" else first, *others])


def _singular(noun: str) -> str:
    if noun in _ONE_OF:
        return _ONE_OF[noun]
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def binding_words(binding: Binding | None, lang: Lang) -> str:
    """Word the 属性 of an entry; empty for promises of the text."""
    return "" if binding is None else _BINDING[binding].text(lang)


def limit_words(circle: Circle, lang: Lang) -> str:
    """Word the limit of a circle: ``15 min`` or ``300 m``, in Chinese ``15分钟`` or ``300米``."""
    value, unit = (circle.metres, ("米", " m")) if circle.minutes is None else (circle.minutes, ("分钟", " min"))
    return f"{value:g}{unit[lang != 'zh']}"


def need_words(presence: Presence, lang: Lang) -> str:
    """Word how many facilities an area needs: ``at least 1``, with the rates by people and area if there are any."""
    rates = (
        (presence.per_people, Bilingual(zh="每{:g}人1处", en="one for every {:g} people")),
        (presence.per_km2, Bilingual(zh="每{:g} km²1处", en="one for every {:g} km²")),
    )
    said = [words.text(lang).format(rate) for rate, words in rates if rate is not None]
    if lang == "zh":
        return "，且".join([f"至少{presence.at_least}处", *said])
    return " and ".join([f"at least {presence.at_least}", *said])


def where_words(where: Where) -> str:
    """Word a filter, such as ``kind = public | inclusive, beds >= 30``; empty when there is none."""
    return ", ".join(
        f"{column} {condition}"
        if isinstance(condition, str) and condition.lstrip()[:1] in set("<>!")
        else f"{column} = {' | '.join(_value(value) for value in _listed(condition))}"
        for column, condition in where.items()
    )


@singledispatch
def rule_words(standard: Standard, lang: Lang) -> str:
    """Word what is computed for a standard, with the names of layers and columns as files have them."""
    raise TypeError(f"there are no words for {type(standard).__name__}, {lang}")


@rule_words.register(Circle)
def _circle_words(standard: Circle, lang: Lang) -> str:
    places, limit = _filtered(standard.layers, standard.where), limit_words(standard, lang)
    who = ", ".join(filter(None, [standard.population, standard.setting, standard.walker]))
    return f"步行{limit}内有 {places}（{who}）" if lang == "zh" else f"{places} within {limit} ({who})"


@rule_words.register(Presence)
def _presence_words(standard: Presence, lang: Lang) -> str:
    places, need = _filtered(standard.layers, standard.where), need_words(standard, lang)
    area = LEVEL_NAMES[standard.level].text(lang) + _chosen(standard.areas, lang)
    return f"每个{area}的 {places}：{need}" if lang == "zh" else f"{places} in every {area}: {need}"


@rule_words.register(Ratio)
def _ratio_words(standard: Ratio, lang: Lang) -> str:
    amount = standard.numerator
    return f"{_amount(amount.layers, amount.where, amount.sum, lang)} / {standard.per} {standard.denominator}"


@rule_words.register(Share)
def _share_words(standard: Share, lang: Lang) -> str:
    whole = _amount(standard.layers, standard.among, standard.of or standard.sum, lang)
    part = _amount(standard.layers, {**standard.among, **standard.where}, standard.sum, lang)
    return f"{part} / {whole}"


@rule_words.register(Statistic)
def _statistic_words(_: Statistic, lang: Lang) -> str:
    return "由统计表提供" if lang == "zh" else "supplied in the statistics table"


@rule_words.register(Composite)
def _composite_words(standard: Composite, lang: Lang) -> str:
    bundle, all_of_them = ", ".join(standard.circles), standard.needed == "all"
    if lang == "zh":
        return f"{'全部' if all_of_them else f'至少{standard.needed}项'}可达：{bundle}"
    return f"{'all' if all_of_them else f'at least {standard.needed}'} in reach: {bundle}"


def _amount(layers: Iterable[str], where: Where, column: str | None, lang: Lang) -> str:
    counted = column or ("数量" if lang == "zh" else "number")
    return f"{counted}（{_filtered(layers, where)}）" if lang == "zh" else f"{counted} of {_filtered(layers, where)}"


def _chosen(areas: AreaChoice | None, lang: Lang) -> str:
    if areas is None:
        return ""
    said = [", ".join(areas.names)] if areas.names else []
    said += [f"*{areas.name_ends}"] if areas.name_ends else []
    return f"（{'；'.join(said)}）" if lang == "zh" else f" ({'; '.join(said)})"


def _filtered(layers: Iterable[str], where: Where) -> str:
    names = " | ".join(layers)
    return f"{names} [{where_words(where)}]" if where else names


def _listed(condition: object) -> list[object]:
    return list(condition) if isinstance(condition, list) else [condition]


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
