"""What Jinja2 makes of conversations with the chat templates in chat_templates/, as they stand in the folders of the models.

The environment is the one that the models' authors wrote them for: blocks are trimmed, the conversation cannot be changed, and
raise_exception ends the rendering. Needs Jinja2 (written with 3.1.6). Writes chat_templates.json:

    python3 chat_templates.py
"""
import json
import pathlib

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent


def message(role, content):
    return {"role": role, "content": content}


CONVERSATIONS = [
    [message("user", "Hi")],
    [message("user", " Hi "), message("assistant", "Hello"), message("user", "Bye")],
    [message("system", "Be kind."), message("user", "Hi"), message("assistant", "Hello")],
    [message("system", "  Two\nlines.\n"), message("user", "Zwölf Bücher, \u201cbitte\u201d \U0001f642"), message("assistant", " \tJa. \n"), message("user", "{{ 1 }} <s> [/INST]")],
    [message("user", ""), message("assistant", ""), message("user", "a"), message("assistant", "b"), message("user", "c"), message("assistant", "d")],
]
REFUSED = [
    [message("assistant", "Hi")],
    [message("user", "a"), message("user", "b")],
]


class Refused(Exception):
    pass


def refuse(text):
    raise Refused(text)


def main():
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    environment.globals["raise_exception"] = refuse
    texts, refused = [], []
    for path in sorted((HERE / "chat_templates").glob("*.jinja")):
        template = environment.from_string(path.read_text())
        for conversation in CONVERSATIONS + REFUSED:
            for prompt in (False, True):
                entry = {"template": path.stem, "conversation": json.dumps(conversation, ensure_ascii=False)}
                try:
                    text = template.render(messages=conversation, add_generation_prompt=prompt, tools=None, documents=None, bos_token="<s>", eos_token="</s>")
                    texts.append({**entry, "add_generation_prompt": prompt, "expected": text})
                except Refused as reason:
                    if not prompt:
                        refused.append({**entry, "message": str(reason)})
    content = {"texts": texts, "refused": refused}
    (HERE / "chat_templates.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(texts)} texts, {len(refused)} refused, with Jinja2 {jinja2.__version__}")


main()
