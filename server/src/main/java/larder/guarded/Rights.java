package larder.guarded;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each client may have.
 *
 * @param clients names of upstreams by names of clients; empty when each client may have all
 */
record Rights(Map<String, Set<String>> clients) {

  Client client(String name) {
    return new Client(name, access(name));
  }

  private Access access(String name) {
    if (clients.isEmpty()) {
      return new Access.All();
    }
    return Optional.ofNullable(clients.get(name))
        .<Access>map(Access.Only::new)
        .orElseGet(Access.OpenOnly::new);
  }
}
