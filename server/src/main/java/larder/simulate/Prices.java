package larder.simulate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a GiB from each upstream costs.
 *
 * @param perGib by the upstream's name, 0 or more
 */
public record Prices(Map<String, Double> perGib) {
  /** The way in through a NAT gateway, which is what pulls from public registries cost on AWS. */
  private static final double NAT = 0.045;

  private static final List<String> PUBLIC =
      List.of(
          "docker.io",
          "ghcr.io",
          "quay.io",
          "registry.k8s.io",
          "gcr.io",
          "mcr.microsoft.com",
          "public.ecr.aws");

  public Prices {
    perGib = Map.copyOf(perGib);
  }

  /** Empty when it is not known. */
  Optional<Double> of(String upstream) {
    return Optional.ofNullable(perGib.get(upstream))
        .or(() -> PUBLIC.contains(upstream) ? Optional.of(NAT) : Optional.empty());
  }

  /** By the numbers of the trace. */
  double[] of(Trace trace) throws TraceException {
    for (String name : perGib.keySet()) {
      if (!trace.upstreamNames().contains(name)) {
        throw new TraceException(
            "there is a price for upstream '%s', of which nothing is asked; there are %s"
                .formatted(name, String.join(", ", trace.upstreamNames())));
      }
    }
    double[] prices = new double[trace.upstreamNames().size()];
    for (int i = 0; i < prices.length; i++) {
      String name = trace.upstreamNames().get(i);
      prices[i] =
          of(name)
              .orElseThrow(() ->
                  new TraceException(
                      "the price of upstream '%s' is not known; say --egress-price %s=PRICE"
                          .formatted(name, name)));
    }
    return prices;
  }
}
