using System.Text;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TokenTemplateTests
{
    [TestMethod]
    public void Bert_puts_the_second_text_into_segment_1()
    {
        var (ids, segments) = TokenTemplate.Bert(101, 102).Fill([1, 2], [3]);
        CollectionAssert.AreEqual(new[] { 101, 1, 2, 102, 3, 102 }, ids);
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 1, 1 }, segments);
    }

    [TestMethod]
    public void Roberta_puts_two_separators_between_texts_of_one_segment()
    {
        var (ids, segments) = TokenTemplate.Roberta(0, 2).Fill([7], [8]);
        CollectionAssert.AreEqual(new[] { 0, 7, 2, 2, 8, 2 }, ids);
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 0, 0 }, segments);
    }

    [TestMethod]
    [DataRow("""{"type":"BertProcessing","sep":["[SEP]",102],"cls":["[CLS]",101]}""", "101 7 102", "101 7 102 8/1 102/1")]
    [DataRow("""{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}""", "0 7 2", "0 7 2 2 8 2")]
    [DataRow("""
        {"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"B","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
        "pair":[{"SpecialToken":{"id":"B","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"B","type_id":1}},{"Sequence":{"id":"B","type_id":1}}],
        "special_tokens":{"B":{"id":"B","ids":[5,6],"tokens":["x","y"]}}}]}
        """, "5 6 7", "5 6 7 5/1 6/1 8/1")]
    public void Post_processor_says_what_stands_where(string postProcessor, string ofText, string ofPair)
    {
        var template = JsonPart.Read(Encoding.UTF8.GetBytes(postProcessor), "tokenizer.json", "part", root => PostProcessorJson.Read(root)).Template!;
        Assert.AreEqual(ofText, Written(template.Fill([7])));
        Assert.AreEqual(ofPair, Written(template.Fill([7], [8])));
    }

    [TestMethod]
    public void Pair_is_cut_at_the_end_of_the_longer_text()
    {
        var encoder = new BatchEncoder(new ByteTokenizer(), TokenTemplate.Bert(256, 257), maxTokens: 10, paddingId: 0, emptyTextId: 0, pairsAreTwoRows: false);
        CollectionAssert.AreEqual(Row(256, "ab", 257, "12345", 257), encoder.EncodePair("ab", "123456789").Ids);
        CollectionAssert.AreEqual(Row(256, "abcde", 257, "12", 257), encoder.EncodePair("abcdefghi", "12").Ids);
        CollectionAssert.AreEqual(Row(256, "abcd", 257, "123", 257), encoder.EncodePair("abcdefghi", "123456789").Ids);
    }

    [TestMethod]
    public void Batch_of_pairs_in_one_row_has_their_segments()
    {
        var encoder = new BatchEncoder(new ByteTokenizer(), TokenTemplate.Bert(256, 257), maxTokens: 10, paddingId: 0, emptyTextId: 0, pairsAreTwoRows: false);
        using var batch = encoder.CreateBatch([encoder.EncodePair("a", "b"), encoder.EncodePair("", "")]);
        CollectionAssert.AreEqual(new long[] { 256, 97, 257, 98, 257, 256, 257, 257, 0, 0 }, batch.InputIds.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 0, 0, 1, 1, 0, 0, 1, 0, 0 }, batch.TokenTypeIds!.data<long>().ToArray());
    }

    [TestMethod]
    public void Long_text_keeps_its_special_tokens()
    {
        var encoder = new BatchEncoder(new ByteTokenizer(), TokenTemplate.Bert(256, 257), maxTokens: 4, paddingId: 0, emptyTextId: 0, pairsAreTwoRows: false);
        CollectionAssert.AreEqual(Row(256, "ab", 257), encoder.Encode("abcdef").Ids);
        Assert.AreEqual(8, encoder.EncodeToIds("abcdef").Count);
    }

    private static string Written((int[] Ids, int[] Segments) row) =>
        string.Join(' ', row.Ids.Zip(row.Segments, (id, segment) => segment == 0 ? $"{id}" : $"{id}/{segment}"));

    private static int[] Row(params object[] parts) => [.. parts.SelectMany(part => part is string text ? text.Select(letter => (int)letter) : [(int)part])];
}
