package larder.s3;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import larder.bucket.Conditions;
import larder.bucket.Finding;
import larder.s3.Rules.Action;
import larder.s3.Rules.Rule;

/**
 * What the store does by itself to objects as time passes: the rules that larder wants to be there,
 * those of others that would harm it, and old versions.
 */
final class Housekeeping {
  /** No upload takes longer. */
  private static final int UPLOAD_DAYS = 2;

  private static final int PROBE_DAYS = 1;

  private final S3Bucket bucket;
  private final Administration administration;
  private final Consumer<Finding> to;

  Housekeeping(S3Bucket bucket, Administration administration, Consumer<Finding> to) {
    this.bucket = bucket;
    this.administration = administration;
    this.to = to;
  }

  /** Those larders that have other prefixes in the bucket have rules of their own. */
  private String id(String what) {
    return "larder %s: %s".formatted(bucket.prefix(), what).replaceAll(" +:", ":");
  }

  private String uploads() {
    return id("incomplete uploads");
  }

  private String probes() {
    return id("probes");
  }

  /** Sets the rules that larder wants, of which some stores keep only some. */
  void set() {
    try {
      Rules before = administration.rules();
      if (!ours(before).equals(List.of(uploads(), probes())) && changed(before)) {
        to.accept(Finding.ok("lifecycle rules have been set: " + ours(administration.rules())));
      }
    } catch (RefusedException e) {
      // Of a store that knows no rules the check tells.
      if (!e.unknown()) {
        to.accept(unset(e));
      }
    } catch (IOException e) {
      to.accept(unset(e));
    }
  }

  private boolean changed(Rules rules) throws IOException {
    boolean probed = rules.has(probes());
    boolean ended = rules.has(uploads());
    rules.put(uploads(), bucket.prefix(), new Action.AbortUploads(UPLOAD_DAYS));
    rules.put(probes(), bucket.prefix() + Conditions.FOLDER, new Action.Expire(PROBE_DAYS));
    try {
      administration.set(rules);
      return true;
    } catch (RefusedException e) {
      if (e.denied() || e.unknown() || ended || !e.disliked()) {
        throw e;
      }
    }
    // MinIO takes none of those for uploads.
    rules.remove(uploads());
    if (!probed) {
      administration.set(rules);
    }
    return !probed;
  }

  private List<String> ours(Rules rules) {
    return Stream.of(uploads(), probes()).filter(rules::has).toList();
  }

  private static Finding unset(IOException e) {
    return Finding.warning(
        "lifecycle rules cannot be set: %s; let whoever runs 'larder bucket init' do s3:GetLifecycleConfiguration and s3:PutLifecycleConfiguration"
            .formatted(e.getMessage()));
  }

  /** Tells what is well and what is not. */
  void check(Administration.Answer answer) {
    Optional<Rules> rules = rules();
    rules.ifPresent(each -> checkUploads(each, answer));
    rules.ifPresent(this::checkOthers);
    checkVersions(rules);
  }

  private Optional<Rules> rules() {
    try {
      return Optional.of(administration.rules());
    } catch (RefusedException e) {
      to.accept(
          e.unknown()
              ? Finding.warning(
                  "this store knows no lifecycle rules: what was uploaded of objects that were never completed stays, unless the store has a setting of its own for it; see below uploads/ which these are")
              : unread(e));
    } catch (IOException e) {
      to.accept(unread(e));
    }
    return Optional.empty();
  }

  private static Finding unread(IOException e) {
    return Finding.warning(
        "lifecycle rules cannot be read: %s; let whoever runs 'larder bucket check' do s3:GetLifecycleConfiguration"
            .formatted(e.getMessage()));
  }

  private void checkUploads(Rules rules, Administration.Answer answer) {
    boolean aborted = rules.all().stream().anyMatch(rule -> covers(rule) && rule.abortsUploads());
    if (aborted) {
      to.accept(Finding.ok("a lifecycle rule ends uploads that were never completed"));
    } else if (answer.server().startsWith("MinIO")) {
      to.accept(
          Finding.ok(
              "MinIO ends uploads that were never completed by itself, after a day unless its setting stale_uploads_expiry says else"));
    } else {
      to.accept(
          Finding.warning(
              "no lifecycle rule ends uploads that were never completed, whose parts cost money; 'larder bucket init' sets one"));
    }
  }

  /** Whether a rule is about all objects of larder. */
  private boolean covers(Rule rule) {
    return rule.enabled() && !rule.narrowed() && bucket.prefix().startsWith(rule.prefix());
  }

  private void checkOthers(Rules rules) {
    List<Rule> hitting = rules.all().stream().filter(this::hits).toList();
    for (Rule rule : hitting) {
      if (rule.expires()) {
        to.accept(
            Finding.warning(
                "the lifecycle rule '%s' removes larder's objects; end it, or keep it off what begins with '%s'"
                    .formatted(printable(rule), bucket.prefix())));
      }
      if (rule.moves()) {
        to.accept(
            Finding.warning(
                "the lifecycle rule '%s' moves larder's objects to another storage class, where reading costs more or takes hours; end it, or keep it off what begins with '%s'"
                    .formatted(printable(rule), bucket.prefix())));
      }
    }
    if (hitting.isEmpty()) {
      to.accept(Finding.ok("no lifecycle rule touches larder's objects"));
    }
  }

  private static String printable(Rule rule) {
    return rule.id().replaceAll("\\p{Cntrl}", "?");
  }

  /** Whether a rule does something to some of larder's objects that it needs. */
  private boolean hits(Rule rule) {
    String prefix = rule.prefix();
    boolean below = prefix.startsWith(bucket.prefix()) || bucket.prefix().startsWith(prefix);
    return rule.enabled()
        && (rule.expires() || rule.moves())
        && below
        && !rule.onlyTagged()
        && !prefix.startsWith(bucket.prefix() + Conditions.FOLDER);
  }

  private void checkVersions(Optional<Rules> rules) {
    try {
      if (!administration.versioned()) {
        to.accept(Finding.ok("versioning is off: what is removed costs nothing any more"));
        return;
      }
    } catch (IOException e) {
      if (!(e instanceof RefusedException refused && refused.unknown())) {
        to.accept(
            Finding.warning(
                "versioning cannot be told: %s; let whoever runs 'larder bucket check' do s3:GetBucketVersioning"
                    .formatted(e.getMessage())));
      }
      return;
    }
    boolean expired =
        rules.stream()
            .flatMap(each -> each.all().stream())
            .anyMatch(rule -> covers(rule) && rule.expiresOld());
    to.accept(
        expired
            ? Finding.ok("versioning is on, and a lifecycle rule removes old versions")
            : Finding.warning(
                "versioning is on: what larder removes or replaces stays as an old version and goes on costing money; suspend versioning for this bucket, or let a lifecycle rule remove old versions (NoncurrentVersionExpiration) of what begins with '%s'"
                    .formatted(bucket.prefix())));
  }
}
