package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTest {

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, PUBLIC",
    "9.255.255.255, PUBLIC",
    "11.0.0.0, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.128.0.0, PUBLIC",
    "126.255.255.255, PUBLIC",
    "128.0.0.0, PUBLIC",
    "172.15.255.255, PUBLIC",
    "172.32.0.0, PUBLIC",
    "192.0.1.1, PUBLIC",
    "192.167.255.255, PUBLIC",
    "192.169.0.0, PUBLIC",
    "198.17.255.255, PUBLIC",
    "198.20.0.0, PUBLIC",
    "223.255.255.255, PUBLIC",
    "0.0.0.0, PRIVATE",
    "0.255.255.255, PRIVATE",
    "10.0.0.0, PRIVATE",
    "10.255.255.255, PRIVATE",
    "100.64.0.0, PRIVATE",
    "100.127.255.255, PRIVATE",
    "127.0.0.1, PRIVATE",
    "127.255.255.254, PRIVATE",
    "172.16.0.0, PRIVATE",
    "172.31.255.255, PRIVATE",
    "192.0.0.1, PRIVATE",
    "192.0.2.1, PRIVATE",
    "192.168.0.0, PRIVATE",
    "192.168.255.255, PRIVATE",
    "198.18.0.0, PRIVATE",
    "198.19.255.255, PRIVATE",
    "198.51.100.1, PRIVATE",
    "203.0.113.1, PRIVATE",
    "224.0.0.1, PRIVATE",
    "239.255.255.255, PRIVATE",
    "240.0.0.1, PRIVATE",
    "255.255.255.255, PRIVATE",
    "169.254.0.0, NEVER",
    "169.254.169.254, NEVER",
    "169.254.255.255, NEVER",
    "100.100.100.200, NEVER",
    "168.63.129.16, NEVER",
    "2606:4700::1111, PUBLIC",
    "2a00:1450::1, PUBLIC",
    "::, PRIVATE",
    "::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fdff:ffff::1, PRIVATE",
    "fec0::1, PRIVATE",
    "ff02::1, PRIVATE",
    "2001:db8::1, PRIVATE",
    "2001:0:1::1, PRIVATE",
    "100::1, PRIVATE",
    "4000::1, PRIVATE",
    "64:ff9b:1::1, PRIVATE",
    "fe80::1, NEVER",
    "febf::1, NEVER",
    "fd00:ec2::254, NEVER",
    "fd20:ce::254, NEVER",
    "::ffff:1.1.1.1, PUBLIC",
    "::ffff:10.0.0.1, PRIVATE",
    "::ffff:169.254.169.254, NEVER",
    "::10.0.0.1, PRIVATE",
    "::169.254.169.254, NEVER",
    "::ffff:0:10.0.0.1, PRIVATE",
    "::ffff:0:169.254.169.254, NEVER",
    "64:ff9b::1.1.1.1, PUBLIC",
    "64:ff9b::10.0.0.1, PRIVATE",
    "64:ff9b::169.254.169.254, NEVER",
    "64:ff9b::100.100.100.200, NEVER",
    "2002:101:101::1, PUBLIC",
    "2002:a00:1::1, PRIVATE",
    "2002:a9fe:a9fe::1, NEVER",
  })
  void knowsFromWhereAnAddressIsReached(String address, Reach reach) {
    assertThat(Reach.of(InetAddress.ofLiteral(address))).isEqualTo(reach);
  }

  @Test
  void aMappedAddressIsItsOwnEvenWhenBuiltByHand() throws Exception {
    byte[] mapped = InetAddress.ofLiteral("::1").getAddress();
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = (byte) 169;
    mapped[13] = (byte) 254;
    assertThat(Reach.of(InetAddress.getByAddress(mapped))).isEqualTo(Reach.NEVER);
  }
}
