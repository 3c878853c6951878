package larder.identity;

/** Always the same. */
record FixedLogin(Identity identity) implements Login {
  @Override
  public boolean renew(Identity refused) {
    return false;
  }

  @Override
  public boolean isAnonymous() {
    return identity instanceof Identity.Nobody;
  }
}
