using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>What eng/setup takes from an e-mail.</summary>
[TestClass]
public sealed class MailTextTests
{
    [TestMethod]
    public void Subject_and_body_are_one_line_without_the_other_headers() =>
        Assert.AreEqual("Hello there Dear all, bye", MailText.Of("From: a@b\nSubject: Hello\n there\nTo: c@d\n\nDear  all,\n\nbye\n"));

    [TestMethod]
    public void Tags_of_html_go_and_its_entities_become_characters() =>
        Assert.AreEqual("Sale Buy & save", MailText.Of("Subject: Sale\nContent-Type: text/html\n\n<html><style>p { }</style><p class=x>Buy &amp;<br/>save</p><!-- no --></html>"));

    [TestMethod]
    public void Addresses_in_angle_brackets_stay() =>
        Assert.AreEqual("Re Ask <me@example.org>", MailText.Of("Subject: Re\n\nAsk <me@example.org>"));

    [TestMethod]
    public void First_readable_part_of_several_is_taken() =>
        Assert.AreEqual("Two plain", MailText.Of(
            "Subject: Two\nContent-Type: multipart/mixed;\n\tboundary=\"=x\"\n\nno mime\n--=x\nContent-Type: image/gif\n\nR0lG\n--=x\nContent-Type: text/plain\n\nplain\n--=x\nContent-Type: text/html\n\n<b>html</b>\n--=x--\n"));

    [TestMethod]
    public void Transfer_encodings_are_undone()
    {
        Assert.AreEqual("Q caf\u00e9 long line", MailText.Of("Subject: Q\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9 long=\n line\n"));
        Assert.AreEqual("B Hello", MailText.Of("Subject: B\nContent-Transfer-Encoding: base64\n\nSGVs\nbG8=\n"));
    }

    [TestMethod]
    public void Nothing_is_left_that_a_table_could_take_for_structure() =>
        Assert.AreEqual("'a' b", MailText.Of("Subject: \"a\"\n\n\tb"));
}
