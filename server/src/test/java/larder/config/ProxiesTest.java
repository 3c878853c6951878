package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static Optional<String> to(Map<String, String> environment, String scheme, String host)
      throws Exception {
    return Proxies.of(environment).to(scheme, host, 443).map(ProxyServer::toString);
  }

  @Test
  void eachSchemeHasItsOwn() throws Exception {
    var both = Map.of("HTTP_PROXY", "http://one:1", "HTTPS_PROXY", "http://two:2");
    assertThat(to(both, "http", "r.example")).contains("one:1");
    assertThat(to(both, "https", "r.example")).contains("two:2");
    assertThat(to(Map.of("HTTP_PROXY", "one:1"), "https", "r.example")).isEmpty();
    assertThat(to(Map.of(), "http", "r.example")).isEmpty();
  }

  @Test
  void upperCaseWinsAndAnEmptyOneIsNotThere() throws Exception {
    assertThat(to(Map.of("https_proxy", "low:1"), "https", "r.example")).contains("low:1");
    assertThat(to(Map.of("https_proxy", "low:1", "HTTPS_PROXY", "up:1"), "https", "r.example"))
        .contains("up:1");
    assertThat(to(Map.of("https_proxy", "low:1", "HTTPS_PROXY", ""), "https", "r.example"))
        .contains("low:1");
    assertThat(to(Map.of("https_proxy", "p:1", "no_proxy", "r.example"), "https", "r.example"))
        .isEmpty();
    assertThat(to(Map.of("ALL_PROXY", "p:1", "HTTP_PROXY_X", "p:1"), "http", "r.example"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://p:3128, http, p, 3128",
    "http://P.Example, http, p.example, 80",
    "https://p/, https, p, 443",
    "p:3128, http, p, 3128",
    "my_proxy, http, my_proxy, 80",
    "http://[::1]:3128, http, ::1, 3128",
    "http://10.0.0.1:3128, http, 10.0.0.1, 3128",
  })
  void aProxyIsAUrl(String url, String scheme, String host, int port) {
    assertThat(ProxyServer.parse(url))
        .contains(new ProxyServer(scheme, host, port, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:pass@p:1, user, pass",
    "http://user@p:1, user, ''",
    "user:pass@p:1, user, pass",
    "http://us%40er:p%3Aa%2Fs+s%20@p:1, us@er, 'p:a/s+s '",
    "http://user:p@ss@p:1, user, p@ss",
    "http://user:a:b@p:1, user, a:b",
  })
  void itsLoginIsBeforeTheHost(String url, String user, String password) {
    ProxyServer proxy = ProxyServer.parse(url).orElseThrow();
    assertThat(proxy.login()).contains(new ProxyServer.Login(user, new Secret(password)));
    assertThat(proxy).hasToString("p:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://s3cret@p:1",
        "http://",
        "http://s3cret:x@",
        "http://p:0",
        "http://p:70000",
        "http://p:1/s3cret",
        "http://s3cret:%zz@p:1",
        "http://p:1\r\nX-s3cret: y",
        "http://p?s3cret",
        "s3cret p",
      })
  void otherTextsStopTheStart(String url) {
    for (String variable : new String[] {"HTTP_PROXY", "https_proxy"}) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> new ConfigLoader(Map.of(variable, url), Map.of(), 1L << 30).load())
          .withMessageStartingWith(
              "environment variable " + variable + " is not accepted; write http://host:port")
          .withMessageNotContaining("s3cret");
    }
  }

  @Test
  void eachUpstreamHasThem() throws Exception {
    var config = new ConfigLoader(Map.of("HTTPS_PROXY", "p:1"), Map.of(), 1L << 30).load().config();
    assertThat(config.upstreams())
        .isNotEmpty()
        .allMatch(u -> u.proxies().to("https", "r.example", 443).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r.example            | r.example      | 443  | true",
        "r.example            | R.Example.     | 443  | true",
        "r.example            | a.r.example    | 443  | true",
        "r.example            | ar.example     | 443  | false",
        ".r.example           | a.r.example    | 443  | true",
        ".r.example           | r.example      | 443  | false",
        "*.r.example          | a.b.r.example  | 443  | true",
        "*.r.example          | r.example      | 443  | false",
        "r.example:5000       | r.example      | 5000 | true",
        "r.example:5000       | r.example      | 443  | false",
        "a.io, R.EXAMPLE ,b.io| r.example      | 443  | true",
        "*                    | anything       | 443  | true",
        "a*                   | anything       | 443  | false",
        "10.0.0.1             | 10.0.0.1       | 443  | true",
        "10.0.0.1             | 10.0.0.11      | 443  | false",
        "10.0.0.1:80          | 10.0.0.1       | 443  | false",
        "10.0.0.0/8           | 10.255.0.1     | 443  | true",
        "10.0.0.0/8           | 11.0.0.1       | 443  | false",
        "10.128.0.0/9         | 10.127.0.1     | 443  | false",
        "10.128.0.0/9         | 10.200.0.1     | 443  | true",
        "10.0.0.0/8           | a.example      | 443  | false",
        "0.0.0.0/0            | 8.8.8.8        | 443  | true",
        "0.0.0.0/0            | 2001:db8::1    | 443  | false",
        "10.0.0.0/33          | 10.0.0.1       | 443  | false",
        "10.0.0.0/x           | 10.0.0.1       | 443  | false",
        "2001:db8::/32        | 2001:db8::1    | 443  | true",
        "2001:db8::1          | 2001:db8:0::1  | 443  | true",
        "[2001:db8::1]:5000   | 2001:db8::1    | 5000 | true",
        "[2001:db8::1]:5000   | 2001:db8::1    | 443  | false",
        "''                   | r.example      | 443  | false",
        "', ,'                | r.example      | 443  | false",
        ":443                 | r.example      | 443  | false",
        "''                   | localhost      | 443  | true",
        "''                   | localhost.     | 443  | true",
        "''                   | a.localhost    | 443  | true",
        "''                   | 127.0.0.1      | 443  | true",
        "''                   | 127.9.9.9      | 443  | true",
        "''                   | ::1            | 443  | true",
        "''                   | ::ffff:127.0.0.1 | 443 | true",
        "''                   | 2130706433     | 443  | false",
      })
  void hostsWithoutAProxy(String list, String host, int port, boolean direct) throws Exception {
    var proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", list));
    assertThat(proxies.to("https", host, port).isEmpty()).isEqualTo(direct);
  }

  @Test
  void whatHoldsThemDoesNotTellTheirPasswords() throws Exception {
    var proxy = ProxyServer.parse("http://user:s3cret@p:1").orElseThrow();
    assertThat(proxy.toString() + proxy.login()).doesNotContain("s3cret");
  }
}
