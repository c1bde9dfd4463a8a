using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class ChatTemplateTests
{
    private const string Question = """[{"role": "user", "content": " Hi "}, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"}]""";

    private static IEnumerable<object?[]> Texts => GoldenChats.All.Texts.Select(text => new object?[] { text.Template, text.Conversation, text.AddGenerationPrompt, text.Expected });

    private static IEnumerable<object?[]> Refused => GoldenChats.All.Refused.Select(text => new object?[] { text.Template, text.Conversation, text.Message });

    [TestMethod]
    [DynamicData(nameof(Texts))]
    public void Conversations_are_written_as_Jinja_writes_them(string template, string conversation, bool addGenerationPrompt, string expected) =>
        Assert.AreEqual(expected, Template(GoldenChats.Template(template)).Render(ChatMessages.Parse(conversation), addGenerationPrompt));

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void What_a_template_refuses_is_refused_with_its_words(string template, string conversation, string message)
    {
        var thrown = Assert.ThrowsExactly<FormatException>(() => Template(GoldenChats.Template(template)).Render(ChatMessages.Parse(conversation), addGenerationPrompt: false));
        StringAssert.EndsWith(thrown.Message, "it refuses the conversation: " + message);
    }

    [TestMethod]
    [DataRow("llama2", " Hello </s>")]
    [DataRow("llama3", "Hello<|eot_id|>")]
    [DataRow("qwen2", "Hello<|im_end|>\n")]
    public void The_replies_of_the_assistant_are_found(string template, string reply)
    {
        var (text, replies) = Template(GoldenChats.Template(template)).RenderReplies(ChatMessages.Parse(Question));

        var (start, end) = replies.Single();
        Assert.AreEqual(reply, text[start..end]);
    }

    [TestMethod]
    [DataRow("{{ 7 // 2 }} {{ -7 % 3 }} {{ 2 * 3 + 1 }} {{ 'a' ~ 1 }} {{ 7 % -1 }}", "3 2 7 a1 0")]
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
    [DataRow("{% set n = namespace(x='ab') %}{% for a in m %}{% for b in m %}{% for c in m %}{% set n.x = n.x ~ n.x %}{% endfor %}{% endfor %}{% endfor %}", "more than 16,777,216 steps", DisplayName = "a text that doubles")]
    [DataRow("{% set n = namespace(x='ab') %}{% for a in m %}{% for b in m %}{% for c in m %}{% set n.x = n.x | tojson ~ n.x %}{% endfor %}{% endfor %}{% endfor %}", "more than 16,777,216 steps", DisplayName = "a text that doubles as JSON")]
    [DataRow("{% set n = namespace(x='aa') %}{% for a in m %}{% for b in m %}{% for c in m %}{% set n.x = n.x.replace('a', n.x) %}{% endfor %}{% endfor %}{% endfor %}", "more than 16,777,216 steps", DisplayName = "a text that replaces its letters by itself")]
    [DataRow("{% set n = namespace(x=[1]) %}{% for a in m %}{% for b in m %}{% for c in m %}{% set n.x = [n.x, n.x] %}{% endfor %}{% endfor %}{% endfor %}{{ n.x | tojson }}", "more than 16,777,216 steps", DisplayName = "a list of two of itself, many times")]
    [DataRow("{% for a in m %}{% for b in m %}{% for c in m %}{% for d in m %}{% for e in m %}{% for f in m %}{% for g in m %}{% for h in m %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}", "more than 16,777,216 steps", DisplayName = "loops in loops")]
    [DataRow("{% set n = namespace(x=1) %}{% set n.x = n %}{{ n | tojson }}", "too deep", DisplayName = "a namespace in itself")]
    [DataRow("{{ m | tojson(indent=2000000000) }}", "the indent 2000000000", DisplayName = "a wide indent")]
    public void A_template_that_goes_on_or_grows_without_end_is_refused(string template, string problem)
    {
        var all = "{% set m = 'a b c d e f g h i j'.split(' ') %}" + template;
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Template(all).Render([], addGenerationPrompt: false)).Message, problem);
    }

    [TestMethod]
    public void A_tag_without_measure_is_refused()
    {
        var sum = "{{ " + string.Concat(Enumerable.Repeat("1 + ", 100_000)) + "1 }}";
        StringAssert.Contains(Assert.ThrowsExactly<ModelLoadException>(() => Template(sum)).Message, "a tag of more than 1000 names");
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
