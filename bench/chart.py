"""Line charts as SVG, two beside one another, and charts of named points, readable in light and dark. Plain text: needs no library."""
import math
from html import escape

# Of each series a colour on a light and one on a dark background.
COLORS = [("#2a78d6", "#3987e5"), ("#eb6834", "#d95926"), ("#1baf7a", "#199e70"), ("#4a3aaa", "#9085e9")]
PANEL, HEIGHT, LEFT, TOP, BOTTOM, GAP = 300, 300, 62, 64, 46, 92


def style():
    def rules(dark):
        surface, ink, muted, grid = ("#1a1a19", "#ffffff", "#c3c2b7", "#3a3a37") if dark else ("#fcfcfb", "#0b0b0b", "#52514e", "#e4e3de")
        series = "".join(f".s{i}{{stroke:{pair[dark]}}}.d{i}{{fill:{pair[dark]};stroke:{surface}}}" for i, pair in enumerate(COLORS))
        return f".surface{{fill:{surface}}}.ink{{fill:{ink}}}.muted{{fill:{muted}}}.grid{{stroke:{grid}}}{series}"
    return f"<style>text{{font:12px system-ui,sans-serif}}{rules(False)}@media(prefers-color-scheme:dark){{{rules(True)}}}</style>"


def logarithmic(values, places):
    low, high = math.log(min(values)), math.log(max(values))
    return lambda value: places[0] + (math.log(value) - low) / (high - low) * (places[1] - places[0])


def ticks_of(low, high):
    """Round numbers from at most the lowest to at least the highest value: 1, 2, 5, 10, …, or over more than two decades 1, 10, 100, …"""
    steps = (1, 2, 5) if high < 100 * low else (1,)
    ticks = [step * 10.0 ** power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for step in steps]
    return [tick for tick, after in zip(ticks, ticks[1:] + [math.inf]) if after > low and tick < high] + [next(tick for tick in ticks if tick >= high)]


def panel(left, title, x_title, x_ticks, series, unit):
    """x_ticks: pairs of a place and its text; series: pairs of lists of points, of the line and of the dots; unit: writes a number of the vertical axis."""
    points = [point for line, dots in series for point in line + dots]
    ticks = ticks_of(min(y for _, y in points), max(y for _, y in points))
    right, bottom = left + PANEL, TOP + HEIGHT - BOTTOM
    across, up = logarithmic([x for x, _ in x_ticks], (left, right)), logarithmic(ticks, (bottom, TOP))
    parts = [f'<text class="ink" x="{left}" y="{TOP - 12}" font-weight="600">{escape(title)}</text>',
             f'<text class="muted" x="{(left + right) / 2}" y="{TOP + HEIGHT - 8}" text-anchor="middle">{escape(x_title)}</text>']
    for tick in ticks:
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>'
                     f'<text class="muted" x="{left - 8}" y="{up(tick) + 4:.1f}" text-anchor="end">{escape(unit(tick))}</text>')
    parts += [f'<text class="muted" x="{across(x):.1f}" y="{bottom + 18}" text-anchor="middle">{escape(text)}</text>' for x, text in x_ticks if text]
    for i, (line, dots) in enumerate(series):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in sorted(line))
        parts.append(f'<polyline class="s{i}" points="{path}" fill="none" stroke-width="2"/>')
        parts += [f'<circle class="d{i}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="4.5" stroke-width="1.5"/>' for x, y in dots]
    return "".join(parts)


def chart(label, names, panels):
    """One line of names of the series, and a panel for each list of arguments."""
    width = LEFT + len(panels) * PANEL + (len(panels) - 1) * GAP + 30
    place, legend = LEFT, []
    for i, name in enumerate(names):
        legend.append(f'<circle class="d{i}" cx="{place + 5}" cy="20" r="5"/><text class="ink" x="{place + 16}" y="24">{escape(name)}</text>')
        place += 40 + 7 * len(name)
    body = "".join(panel(LEFT + i * (PANEL + GAP), *arguments) for i, arguments in enumerate(panels))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HEIGHT}" width="{width}" role="img" aria-label="{escape(label)}">{style()}'
            f'<rect class="surface" width="100%" height="100%" rx="6"/>{"".join(legend)}{body}</svg>\n')


def even_ticks(low, high):
    """Some five round numbers around the values."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4 or 1))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (factor * step) <= 5)
    return [step * i for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def scatter(label, x_title, y_title, points):
    """A dot for each name, at a pair of numbers, with the name beside it."""
    width, height, left, top, bottom = 760, 400, 64, 40, 350
    x_ticks, y_ticks = (even_ticks(min(values), max(values)) for values in zip(*points.values()))
    across = lambda x: left + (x - x_ticks[0]) / ((x_ticks[-1] - x_ticks[0]) or 1) * 520
    up = lambda y: bottom - (y - y_ticks[0]) / ((y_ticks[-1] - y_ticks[0]) or 1) * (bottom - top)
    parts = [f'<text class="ink" x="{left}" y="22" font-weight="600">{escape(y_title)}</text>', f'<text class="muted" x="{left + 260}" y="{height - 8}" text-anchor="middle">{escape(x_title)}</text>']
    for tick in y_ticks:
        parts.append(f'<line class="grid" x1="{left}" x2="{left + 520}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/><text class="muted" x="{left - 8}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    parts += [f'<text class="muted" x="{across(tick):.1f}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>' for tick in x_ticks]
    taken = []
    for name, (x, y) in sorted(points.items(), key=lambda item: -item[1][1]):
        place, line = across(x) + 8, up(y) + 4
        while any(abs(line - other) < 12 and place < end and start < place + 7 * len(name) for start, end, other in taken):
            line += 4
        taken.append((place, place + 7 * len(name), line))
        color = 0 if name.startswith("BlockLLM") else 1
        parts.append(f'<circle class="d{color}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="4.5" stroke-width="1.5"/><text class="ink" x="{place:.1f}" y="{line:.1f}">{escape(name)}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(label)}">{style()}'
            f'<rect class="surface" width="100%" height="100%" rx="6"/>{"".join(parts)}</svg>\n')
