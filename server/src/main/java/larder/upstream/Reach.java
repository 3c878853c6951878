package larder.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Set;

/**
 * From where an address can be reached, and so whether larder may be sent there by what it reads.
 */
public enum Reach {
  /** Anyone's. */
  PUBLIC,
  /** The machine's own or its network's, or set aside: only where the operator says so. */
  PRIVATE,
  /** Link-local, or where clouds hand credentials to their machines: never. */
  NEVER;

  /**
   * Metadata services that are not on link-local addresses: of AWS and GCP over IPv6, Alibaba and
   * Azure.
   */
  private static final Set<InetAddress> METADATA =
      Set.of(
          InetAddress.ofLiteral("fd00:ec2::254"),
          InetAddress.ofLiteral("fd20:ce::254"),
          InetAddress.ofLiteral("100.100.100.200"),
          InetAddress.ofLiteral("168.63.129.16"));

  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  /** Of one address. */
  public static Reach of(InetAddress address) {
    if (METADATA.contains(address) || address.isLinkLocalAddress()) {
      return NEVER;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? ofV4(bytes) : ofV6(address, bytes);
  }

  private static Reach ofV4(byte[] b) {
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    if (first == 169 && second == 254) {
      return NEVER;
    }
    boolean setAside =
        first == 0
            || first == 10
            || first == 127
            || first >= 224
            || (first == 100 && (second & 0xc0) == 64)
            || (first == 172 && (second & 0xf0) == 16)
            || (first == 192 && second == 168)
            || (first == 192 && second == 0 && (b[2] == 0 || b[2] == 2))
            || (first == 198 && (second & 0xfe) == 18)
            || (first == 198 && second == 51 && b[2] == 100)
            || (first == 203 && second == 0 && b[2] == 113);
    return setAside ? PRIVATE : PUBLIC;
  }

  private static Reach ofV6(InetAddress address, byte[] b) {
    if (address.isAnyLocalAddress() || address.isLoopbackAddress()) {
      return PRIVATE;
    }
    // Addresses that lead to an IPv4 one are as far as that one.
    if (startsWith(b, NAT64) || compatible(b)) {
      return embedded(b, 12);
    }
    if (b[0] == 0x20 && b[1] == 0x02) {
      return embedded(b, 2);
    }
    boolean unicast = (b[0] & 0xe0) == 0x20;
    boolean teredo = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0;
    boolean documentation = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && (b[3] & 0xff) == 0xb8;
    return unicast && !teredo && !documentation ? PUBLIC : PRIVATE;
  }

  /** {@code ::a.b.c.d}, {@code ::ffff:a.b.c.d} and {@code ::ffff:0:a.b.c.d}. */
  private static boolean compatible(byte[] b) {
    for (int i = 0; i < 8; i++) {
      if (b[i] != 0) {
        return false;
      }
    }
    boolean zeros = b[8] == 0 && b[9] == 0;
    boolean ones = b[8] == -1 && b[9] == -1;
    boolean tailZeros = b[10] == 0 && b[11] == 0;
    boolean tailOnes = b[10] == -1 && b[11] == -1;
    return (zeros && (tailZeros || tailOnes)) || (ones && tailZeros);
  }

  private static Reach embedded(byte[] b, int at) {
    byte[] v4 = Arrays.copyOfRange(b, at, at + 4);
    return isMetadata(v4) ? NEVER : ofV4(v4);
  }

  private static boolean isMetadata(byte[] v4) {
    return METADATA.stream().anyMatch(known -> Arrays.equals(known.getAddress(), v4));
  }

  private static boolean startsWith(byte[] b, byte[] prefix) {
    return Arrays.equals(b, 0, prefix.length, prefix, 0, prefix.length);
  }
}
