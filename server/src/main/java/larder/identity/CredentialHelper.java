package larder.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import larder.config.Secret;

/**
 * Runs a program {@code docker-credential-…}, which is told a registry on its standard input and
 * answers a user and a secret. What it writes may hold secrets, so nothing of it is ever told.
 */
final class CredentialHelper implements KeptLogin.Lender {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Docker's own helpers write in place of an answer. */
  private static final String NOT_FOUND = "credentials not found";

  private final String program;
  private final String server;
  private final InstantSource clock;
  private final Surroundings around;

  CredentialHelper(String name, String server, InstantSource clock, Surroundings around) {
    this.program = "docker-credential-" + name;
    this.server = server;
    this.clock = clock;
    this.around = around;
  }

  @Override
  public KeptLogin.Lease lend() throws LoginException {
    Identity identity = read(run());
    Instant until = clock.instant().plus(KEPT);
    return new KeptLogin.Lease(identity, until, until);
  }

  private byte[] run() throws LoginException {
    Process process = start();
    try (InputStream out = process.getInputStream()) {
      ask(process);
      byte[] text = answer(process, out);
      if (process.exitValue() != 0) {
        boolean unknown = new String(text, StandardCharsets.UTF_8).contains(NOT_FOUND);
        throw failure(
            unknown ? "has no credentials for it" : "ended with status " + process.exitValue());
      }
      return text;
    } catch (LoginException e) {
      throw e;
    } catch (IOException e) {
      throw new LoginException(what() + ": its answer cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoginException(what() + ": interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /**
   * What it has written when it ends. Its output may never end, since what it has started holds it
   * open too, so only what is there is read, and none waits for more.
   */
  private byte[] answer(Process process, InputStream out) throws IOException, InterruptedException {
    long until = System.nanoTime() + around.patience().toNanos();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    boolean ended = false;
    while (!ended) {
      // Before the reading, which then finds all that it wrote.
      ended = process.waitFor(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS);
      text.write(out.readNBytes(Math.min(out.available(), LONGEST_ANSWER + 1 - text.size())));
      if (text.size() > LONGEST_ANSWER) {
        throw failure("answered more than " + LONGEST_ANSWER + " bytes");
      }
      if (!ended && System.nanoTime() - until > 0) {
        throw failure("no answer within " + around.patience().toSeconds() + " s");
      }
    }
    return text.toByteArray();
  }

  private Process start() throws LoginException {
    Path file =
        around.programs().stream()
            .map(folder -> folder.resolve(program))
            .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
            .findFirst()
            .orElseThrow(() -> new LoginException(program + " is in no folder of PATH", null));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(file.toString(), "get").redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().putAll(around.environment());
      return builder.start();
    } catch (IOException e) {
      throw new LoginException(file + " cannot be run: " + e.getMessage(), e);
    }
  }

  private void ask(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading, or answers without: what it says tells.
    }
  }

  private Identity read(byte[] answer) throws LoginException {
    JsonNode json;
    try {
      json = JSON.readTree(answer);
    } catch (JacksonException e) {
      throw failure("answered with what is no JSON");
    } catch (IOException e) {
      throw new AssertionError("bytes in memory cannot fail", e);
    }
    String name = json.path("Username").asText("");
    String secret = json.path("Secret").asText("");
    return name.equals("<token>") && !secret.isEmpty()
        ? new Identity.IdentityToken(new Secret(secret))
        : DockerConfig.user(name, secret, what());
  }

  private LoginException failure(String why) {
    return new LoginException(what() + ": " + why, null);
  }

  private String what() {
    return program + " for " + server;
  }
}
