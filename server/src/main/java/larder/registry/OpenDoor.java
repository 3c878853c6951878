package larder.registry;

import larder.config.UpstreamConfig;
import larder.registry.RegistryError.Code;

/** Lets everyone in, to what is open. */
final class OpenDoor implements Door {

  private record Stranger(String name) implements Visitor {
    @Override
    public void mayHave(UpstreamConfig upstream) throws RegistryException {
      if (!upstream.open()) {
        throw RegistryError.of(
                403,
                Code.DENIED,
                "larder serves "
                    + upstream.name()
                    + " only on its guarded port, to clients that make themselves known there")
            .asException();
      }
    }
  }

  @Override
  public Visitor admit(Exchange exchange) {
    return new Stranger(exchange.client);
  }
}
