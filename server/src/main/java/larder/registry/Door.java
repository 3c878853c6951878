package larder.registry;

import larder.config.UpstreamConfig;

/** Where requests come in: tells who asks, and what that client may have. */
interface Door {

  /**
   * @throws RegistryException when the client is to make itself known first, or to go away
   */
  Visitor admit(Exchange exchange) throws RegistryException;

  /** Who asks. */
  interface Visitor {
    /** The name by which the client is known, else its address. */
    String name();

    /**
     * Whether this client may have what an upstream holds, whatever that is: nothing is looked up
     * for one that may not, so that all refusals are alike.
     *
     * @throws RegistryException when it may not
     */
    void mayHave(UpstreamConfig upstream) throws RegistryException;
  }
}
