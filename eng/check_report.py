"""Looks at pages in headless Chromium, over the DevTools protocol; eng/check-report.sh says for what.

    python3 check_report.py CHROMIUM PAGE...
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
MOST_TABS = 200

# Contrast is WCAG 2.1's, of what is seen: colours and backgrounds are laid over each other from the page upwards, each as transparent as it and all around it are.
# Text counts by its colour or fill, curves by their stroke, bars and points by their fill, against what would be there without them.
SCAN = """
(() => {
  const clear = [0, 0, 0, 0];
  const parse = (colour, opacity = 1) => {
    const [red, green, blue, alpha = 1] = (colour.match(/[\\d.]+/g) ?? clear).map(Number);
    return [red, green, blue, alpha * opacity];
  };
  const mix = (below, above, share) => below.map((c, i) => c + (above[i] - c) * share);
  const over = (above, below) => mix(below, above, above[3]);
  const luminance = colour => colour.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };
  const white = [255, 255, 255];
  const pathTo = element => element ? [...pathTo(element.parentElement), getComputedStyle(element)] : [];
  const seen = ([style, ...within], colour, below) => {
    const ground = over(parse(style.backgroundColor), below);
    return mix(below, within.length ? seen(within, colour, ground) : over(colour, ground), Number(style.opacity));
  };
  const faults = [];
  const need = (element, colour, least, what) => {
    const path = pathTo(element);
    const ratio = contrast(seen(path, colour, white), seen(path, clear, white));
    if (ratio < least) faults.push(`${what} ${element.outerHTML.slice(0, 80)} has a contrast of ${ratio.toFixed(2)}, less than ${least}`);
  };
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if ([...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()) && element.tagName.toLowerCase() !== 'title')
      need(element, element instanceof SVGElement ? parse(style.fill, style.fillOpacity) : parse(style.color), 4.5, 'text');
    if (element.matches('polyline, .curve')) need(element, parse(style.stroke, style.strokeOpacity), 3, 'curve');
    if (element.matches('rect, circle')) need(element, parse(style.fill, style.fillOpacity), 3, 'shape');
    if (element.scrollWidth > element.clientWidth + 1 && ['auto', 'scroll'].includes(style.overflowX) && element.tabIndex < 0)
      faults.push(`${element.outerHTML.slice(0, 80)} scrolls, but not by keyboard`);
    if (element.matches('svg text') && element.getBoundingClientRect().height < 8)
      faults.push(`text ${element.outerHTML.slice(0, 80)} is only ${element.getBoundingClientRect().height.toFixed(1)} pixels high`);
  }
  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const drawing of document.querySelectorAll('svg')) {
    const texts = [...drawing.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    texts.forEach(([name, box], i) => {
      const other = texts.slice(i + 1).find(([, later]) => overlap(box, later));
      if (other) faults.push(`in a drawing '${name}' and '${other[0]}' overlap`);
    });
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`the page is ${wide} pixels wider than its window`);
  if (document.querySelectorAll('h1').length !== 1) faults.push('there is not one h1');
  return { faults, stops: [...document.querySelectorAll('*')].filter(element => element.tabIndex >= 0).length };
})()
"""
FOCUS = """
(() => {
  const element = document.activeElement;
  const seen = element !== document.body && getComputedStyle(element).outlineStyle !== 'none';
  return [element === document.body ? '' : element.outerHTML.slice(0, 80), seen];
})()
"""
NAMED_ROLES = {"img", "image", "region", "link", "button", "table"}


class Browser:
    """A Chromium that takes commands through a pipe: JSON with a zero byte after it."""

    def __init__(self, path, profile):
        commands, self._to = os.pipe()
        self._from, events = os.pipe()

        def connect():
            # The browser reads its descriptor 3 and writes its descriptor 4; copies first, since either may be taken.
            read, write = os.dup(commands), os.dup(events)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(
            [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars", f"--user-data-dir={profile}"],
            preexec_fn=connect, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(events)
        self._buffer, self._last, self.events, self._session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **params):
        self._last += 1
        message = {"id": self._last, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._last:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"]["value"]

    def wait(self, event):
        while all(seen.get("method") != event for seen in self.events):
            self.events.append(self._read())

    def close(self):
        self._session = None
        self.call("Browser.close")
        self._process.wait()

    def _read(self):
        while b"\0" not in self._buffer:
            data = os.read(self._from, 1 << 20)
            if not data:
                raise RuntimeError("Chromium ended by itself.")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)


def messages(events):
    """What the console and the network have to say: all of it is a fault."""
    for event in events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded":
            yield f"console: {params['entry']['text']}"
        elif method == "Runtime.consoleAPICalled":
            yield f"console: {params['args']}"
        elif method == "Runtime.exceptionThrown":
            yield f"script: {params['exceptionDetails']['text']}"
        elif method == "Network.requestWillBeSent" and params["type"] != "Document":
            yield f"asks for {params['request']['url'][:80]}"


def unnamed(browser):
    """What a screen reader would meet without a name."""
    for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value", "")
        if not node.get("ignored") and role.lower() in NAMED_ROLES and not node.get("name", {}).get("value"):
            yield f"screen reader: {role} without a name"


def keyboard(browser, stops):
    """Walks through the page by Tab: every stop has to be reached, and to be seen."""
    reached = set()
    for _ in range(min(stops, MOST_TABS)):
        for kind in ("rawKeyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        element, is_seen = browser.evaluate(FOCUS)
        reached.add(element)
        if element and not is_seen:
            yield f"keyboard: {element} has the focus, but does not show it"
    if "" in reached or not reached and stops:
        yield f"keyboard: of {stops} stops not all are reached"


def look(browser, page, shots):
    faults = []
    for scheme in SCHEMES:
        for name, (width, height) in WIDTHS.items():
            browser.events.clear()
            browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=name == "phone")
            browser.call("Page.navigate", url=page.resolve().as_uri())
            browser.wait("Page.loadEventFired")
            scan = browser.evaluate(SCAN)
            if shots:
                image = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
                (shots / f"{page.parent.name}-{page.stem}-{scheme}-{name}.png").write_bytes(base64.b64decode(image["data"]))
            found = [*messages(browser.events), *scan["faults"], *unnamed(browser), *keyboard(browser, scan["stops"])]
            faults += [f"{page}, {scheme}, {name}: {fault}" for fault in dict.fromkeys(found)]
    return faults


def main(path, *pages):
    shots = pathlib.Path(os.environ["SCREENSHOTS"]) if os.environ.get("SCREENSHOTS") else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(path, profile)
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            browser.call(f"{domain}.enable")
        faults = [fault for page in pages for fault in look(browser, pathlib.Path(page), shots)]
        browser.close()
    print("\n".join(faults) or f"{len(pages)} looked at in {len(SCHEMES)} colour schemes and {len(WIDTHS)} widths: nothing to mend.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
