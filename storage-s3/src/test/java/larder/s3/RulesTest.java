package larder.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.Optional;
import larder.s3.Rules.Action;
import larder.s3.Rules.Rule;
import org.junit.jupiter.api.Test;

/** Rules are read as stores write them, and written back whole. */
class RulesTest {
  private static final String THEIRS =
      """
      <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
      <Rule><ID>old form</ID><Prefix>logs/</Prefix><Status>Enabled</Status>\
      <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>\
      <Transition><Days>90</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition></Rule>\
      <Rule><ID>marks</ID><Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>\
      <Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>\
      <Novel><Thing>1</Thing></Novel></Rule>\
      <Rule><ID>off</ID><Filter/><Status>Disabled</Status><Expiration><Days>1</Days></Expiration></Rule>\
      </LifecycleConfiguration>\
      """;

  private static Rule rule(Rules rules, String id) {
    return rules.all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void whatTheyDoIsUnderstood() throws Exception {
    Rules rules = Rules.read(Optional.of(THEIRS));
    Rule old = rule(rules, "old form");
    assertThat(old.prefix()).isEqualTo("logs/");
    assertThat(old.moves()).isTrue();
    assertThat(old.expires()).isFalse();
    Rule marks = rule(rules, "marks");
    assertThat(marks.prefix()).isEqualTo("a/");
    assertThat(marks.onlyTagged()).isTrue();
    assertThat(marks.expires()).isFalse();
    assertThat(rule(rules, "off").enabled()).isFalse();
    assertThat(rules.has("off")).isFalse();
  }

  @Test
  void whatIsNotUnderstoodStays() throws Exception {
    Rules rules = Rules.read(Optional.of(THEIRS));
    rules.put("ours", "larder/", new Action.AbortUploads(2));
    rules.put("ours", "larder/", new Action.AbortUploads(3));
    String added =
        "<Rule><ID>ours</ID><Filter><Prefix>larder/</Prefix></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>";
    assertThat(rules.text())
        .endsWith(THEIRS.replace("</LifecycleConfiguration>", added + "</LifecycleConfiguration>"));
  }

  @Test
  void noneAreBegunWith() throws Exception {
    Rules rules = Rules.read(Optional.empty());
    rules.put("ours", "", new Action.Expire(1));
    assertThat(Rules.read(Optional.of(rules.text())).has("ours")).isTrue();
  }

  @Test
  void nothingElseIsRead() {
    assertThatIOException().isThrownBy(() -> Rules.read(Optional.of("<html>")));
    assertThatIOException()
        .isThrownBy(() ->
            Rules.read(
                Optional.of(
                    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>")));
  }
}
