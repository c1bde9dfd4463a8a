using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class ChatTemplateTests
{
    private const string Question = """[{"role": "user", "content": " Hi "}, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"}]""";
    private const string WithSystem = """[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]""";

    // As they stand in the folders of the models; the expected texts are those that the models' authors document.
    private const string Llama2 =
        "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}" +
        "{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}" +
        "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}" +
        "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}" +
        "{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}" +
        "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";

    private const string Llama3 =
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}" +
        "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    private const string Qwen2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}" +
        "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private const string Mistral = """
        {%- if messages[0]["role"] == "system" %}
            {%- set system_message = messages[0]["content"] %}
            {%- set loop_messages = messages[1:] %}
        {%- else %}
            {%- set loop_messages = messages %}
        {%- endif %}
        {%- if not tools is defined %}
            {%- set tools = none %}
        {%- endif %}
        {%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}

        {#- Roles must alternate. #}
        {%- set ns = namespace() %}
        {%- set ns.index = 0 %}
        {%- for message in loop_messages %}
            {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
                {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
                    {{- raise_exception("After the optional system message, conversation roles must alternate user/assistant/user/assistant/...") }}
                {%- endif %}
                {%- set ns.index = ns.index + 1 %}
            {%- endif %}
        {%- endfor %}

        {{- bos_token }}
        {%- for message in loop_messages %}
            {%- if message["role"] == "user" %}
                {%- if tools is not none and (message == user_messages[-1]) %}
                    {{- "[AVAILABLE_TOOLS] [" }}{{- tools | tojson }}{{- "][/AVAILABLE_TOOLS]" }}
                {%- endif %}
                {%- if loop.last and system_message is defined %}
                    {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
                {%- else %}
                    {{- "[INST] " + message["content"] + "[/INST]" }}
                {%- endif %}
            {%- elif message["role"] == "assistant" %}
                {{- " " + message["content"]|trim + eos_token}}
            {%- endif %}
        {%- endfor %}
        """;

    [TestMethod]
    [DataRow(Llama2, Question, "<s>[INST] Hi [/INST] Hello </s><s>[INST] Bye [/INST]")]
    [DataRow(Llama2, WithSystem, "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHi [/INST] Hello </s>")]
    [DataRow(Llama3, Question, "<s><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>")]
    [DataRow(Qwen2, Question, "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n")]
    [DataRow(Qwen2, WithSystem, "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n")]
    [DataRow(Mistral, Question, "<s>[INST]  Hi [/INST] Hello</s>[INST] Bye[/INST]")]
    public void Conversations_are_written_as_each_model_reads_them(string template, string conversation, string expected)
    {
        Assert.AreEqual(expected, Template(template).Render(ChatMessages.Parse(conversation), addGenerationPrompt: false));
    }

    [TestMethod]
    [DataRow(Llama3, "<|start_header_id|>assistant<|end_header_id|>\n\n")]
    [DataRow(Qwen2, "<|im_start|>assistant\n")]
    public void A_prompt_for_a_reply_is_added_when_asked_for(string template, string prompt)
    {
        var messages = ChatMessages.Parse(Question);
        Assert.AreEqual(Template(template).Render(messages, addGenerationPrompt: false) + prompt, Template(template).Render(messages, addGenerationPrompt: true));
    }

    [TestMethod]
    [DataRow(Llama2, " Hello </s>")]
    [DataRow(Llama3, "Hello<|eot_id|>")]
    [DataRow(Qwen2, "Hello<|im_end|>\n")]
    public void The_replies_of_the_assistant_are_found(string template, string reply)
    {
        var (text, replies) = Template(template).RenderReplies(ChatMessages.Parse(Question));

        var (start, end) = replies.Single();
        Assert.AreEqual(reply, text[start..end]);
    }

    [TestMethod]
    [DataRow("{{ 7 // 2 }} {{ -7 % 3 }} {{ 2 * 3 + 1 }} {{ 'a' ~ 1 }}", "3 2 7 a1")]
    [DataRow("{{ messages[-1].content[1:] }} {{ messages | length }} {{ messages[::-1][0].role }}", "ye 3 user")]
    [DataRow("{{ 'yes' if messages else 'no' }} {{ 'x' in 'xyz' and 'q' not in 'xyz' }}", "yes True")]
    [DataRow("{% for a, b in {'k': 1} .items() %}{{ a }}{% endfor %}", null)]
    [DataRow("{{ messages[0] | tojson }}", """{"role": "user", "content": " Hi "}""")]
    [DataRow("{% set a = 1 %}{% for m in messages %}{% set a = 2 %}{% endfor %}{{ a }}", "1")]
    [DataRow("{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% endfor %}", "1/2,2/2")]
    [DataRow("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [DataRow("a  {#- hidden -#}  b", "ab")]
    [DataRow("{{ missing }}|{{ missing is defined }}|{{ missing | default('d') }}", "|False|d")]
    public void Expressions_and_white_space_are_those_of_Jinja(string template, string? expected)
    {
        if (expected is null)
            Assert.ThrowsExactly<ModelLoadException>(() => Template(template), "Dictionaries in a template are not supported.");
        else
            Assert.AreEqual(expected, Template(template).Render(ChatMessages.Parse(Question), addGenerationPrompt: false));
    }

    [TestMethod]
    [DataRow("a\n{% macro f() %}{% endmacro %}", "line 2: the statement 'macro' is not supported")]
    [DataRow("{{ messages | groupby('role') }}", "line 1: the filter 'groupby' is not supported")]
    [DataRow("{{ 3 is divisibleby 3 }}", "line 1: the test 'divisibleby' is not supported")]
    [DataRow("{{ 'a'.zfill(3) }}", "line 1: the method 'zfill' is not supported")]
    [DataRow("{{ range(3) }}", "line 1: the function 'range' is not supported")]
    [DataRow("{% if true %}", "line 1: the template ends where a statement is open")]
    [DataRow("\n\n{{ 'open }}", "line 3: a string has no end")]
    [DataRow("{% for x in messages %}{% endif %}", "'endfor' is missing")]
    public void Anything_else_is_refused_by_name_and_line_when_the_template_is_read(string template, string problem)
    {
        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => Template(template));
        StringAssert.Contains(thrown.Message, problem);
    }

    [TestMethod]
    public void The_time_of_day_is_refused_where_it_is_asked_for()
    {
        Assert.AreEqual("", Template("{% if strftime_now is defined %}now{% endif %}").Render([], addGenerationPrompt: false));
        var thrown = Assert.ThrowsExactly<FormatException>(() => Template("{{ strftime_now('%d') }}").Render([], addGenerationPrompt: false));
        StringAssert.Contains(thrown.Message, "line 1: the function 'strftime_now' is not supported");
    }

    [TestMethod]
    public void What_the_template_refuses_is_passed_on()
    {
        var thrown = Assert.ThrowsExactly<FormatException>(() => Template(Llama2).Render(ChatMessages.Parse("""[{"role": "assistant", "content": "Hi"}]"""), addGenerationPrompt: false));
        StringAssert.EndsWith(thrown.Message, "it refuses the conversation: Conversation roles must alternate user/assistant/user/assistant/...");
    }

    [TestMethod]
    [DataRow("{ not json", "it is no valid JSON")]
    [DataRow("""{"text": "a"}""", "it must be an array of objects")]
    [DataRow("""[{"content": "a"}]""", "it must be an array of objects")]
    public void A_conversation_that_is_none_is_refused(string json, string problem)
    {
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ChatMessages.Parse(json)).Message, problem);
    }

    [TestMethod]
    public void Only_replies_are_learned_and_measured()
    {
        var ml = new MLContext(seed: 1);
        var folder = TinyLanguageModel.CopyWith("chat_template.jinja", "{% for m in messages %}{{ m.role[0] + m.content + '.' }}{% endfor %}{{ 'a' if add_generation_prompt }}");
        var rows = new[] { """[{"role": "user", "content": "xq"}, {"role": "assistant", "content": "zz"}]""", """{"messages": [{"role": "user", "content": "q"}]}""" };
        var data = LanguageModels.Texts(ml, rows);
        using var model = LanguageModels.Trainer(ml, LanguageModels.Options with { Model = PretrainedModel.FromDirectory(folder), MessagesColumnName = "Text", MaxSteps = 2 }).Fit(data);

        var tokens = model.Transform(data).GetColumn<int>("TokenCount").ToArray();

        CollectionAssert.AreEqual(new[] { 3, 0 }, tokens, "The reply 'zz.' and no reply.");
        Assert.IsNotNull(model.Generate(rows[1], new GenerationOptions { MaxNewTokens = 2 }));
        SavedModelReadsConversations(ml, model, data);
    }

    [TestMethod]
    public void A_model_without_a_template_cannot_learn_conversations()
    {
        var ml = new MLContext(seed: 1);
        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => LanguageModels.Trainer(ml, LanguageModels.Options with { MessagesColumnName = "Text" }));
        StringAssert.Contains(thrown.Message, "has no chat template");
    }

    private static void SavedModelReadsConversations(MLContext ml, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        using var loaded = (BlockLlmLanguageModelTransformer)ml.Model.Load(file, out _);
        DataViewAssert.SameRows(model.Transform(data), loaded.Transform(data));
    }

    private static ChatTemplate Template(string template)
    {
        var settings = JsonSerializer.SerializeToUtf8Bytes(new { chat_template = template, bos_token = "<s>", eos_token = new { content = "</s>" } });
        return ChatTemplate.Of(
            (name, read) =>
            {
                if (name != "tokenizer_config.json")
                    return false;
                using var stream = new MemoryStream(settings);
                read(stream);
                return true;
            },
            "The folder");
    }
}
