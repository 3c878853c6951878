package larder.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import larder.config.Secret;
import larder.tiering.SourceException.Unavailable;

/**
 * Runs a program {@code docker-credential-…}, which is told a registry on its standard input and
 * answers a user and a secret. What it writes may hold secrets, so nothing of it is ever told.
 */
final class CredentialHelper implements KeptLogin.Lender {
  private static final Duration KEPT = Duration.ofMinutes(5);
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
  public KeptLogin.Lease lend() throws Unavailable {
    Identity identity = read(run());
    Instant until = clock.instant().plus(KEPT);
    return new KeptLogin.Lease(identity, until, until);
  }

  private byte[] run() throws Unavailable {
    Process process = start();
    FutureTask<byte[]> answer =
        new FutureTask<>(() -> process.getInputStream().readNBytes(LONGEST_ANSWER + 1));
    Thread.ofPlatform().daemon().name(program).start(answer);
    try {
      ask(process);
      long until = System.nanoTime() + around.patience().toNanos();
      byte[] text = answer.get(around.patience().toNanos(), TimeUnit.NANOSECONDS);
      if (text.length > LONGEST_ANSWER) {
        throw failure("answered more than " + LONGEST_ANSWER + " bytes");
      }
      if (!process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException("did not end");
      }
      if (process.exitValue() != 0) {
        boolean unknown = new String(text, StandardCharsets.UTF_8).contains(NOT_FOUND);
        throw failure(
            unknown ? "has no credentials for it" : "ended with status " + process.exitValue());
      }
      return text;
    } catch (TimeoutException e) {
      throw new Unavailable(
          what() + ": no answer within " + around.patience().toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new Unavailable(what() + ": its answer cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(what() + ": interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() throws Unavailable {
    Path file =
        around.programs().stream()
            .map(folder -> folder.resolve(program))
            .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
            .findFirst()
            .orElseThrow(() -> new Unavailable(program + " is in no folder of PATH", null));
    try {
      return new ProcessBuilder(file.toString(), "get")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new Unavailable(file + " cannot be run: " + e.getMessage(), e);
    }
  }

  private void ask(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading, or answers without: what it says tells.
    }
  }

  private Identity read(byte[] answer) throws Unavailable {
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

  private Unavailable failure(String why) {
    return new Unavailable(what() + ": " + why, null);
  }

  private String what() {
    return program + " for " + server;
  }
}
