package larder.upstream;

import larder.identity.Identity;
import larder.tiering.SourceException.Denied;
import larder.tiering.SourceException.Unavailable;

/** What a registry wants to see before it answers. */
sealed interface Demand {

  /** Nothing, as far as is known. */
  record Nothing() implements Demand {}

  /** The user name and the password themselves. */
  record Basic() implements Demand {}

  /** A token of its token service. */
  record Bearer(TokenScope scope) implements Demand {}

  /**
   * What a refusal asks for.
   *
   * @throws Denied when it wants what larder does not have there
   * @throws Unavailable when the challenge makes no sense, or would give up encryption
   */
  static Demand of(Reply refusal, Account account) throws Denied, Unavailable {
    var challenges = Challenge.parse(refusal.headers("WWW-Authenticate"));
    boolean tokens = challenges.stream().anyMatch(each -> each.is("bearer"));
    if (!tokens
        && !account.isAnonymous()
        && challenges.stream().anyMatch(c -> c.is("basic"))
        && account.identity() instanceof Identity.User) {
      return new Basic();
    }
    return new Bearer(TokenScope.demandedBy(refusal));
  }
}
