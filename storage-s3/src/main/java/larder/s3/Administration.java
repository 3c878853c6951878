package larder.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetBucketLifecycleArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.Http;
import io.minio.ListObjectsV2Args;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.credentials.Credentials;
import io.minio.credentials.Provider;
import io.minio.errors.MinioException;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What is done to a bucket rather than to its objects, by MinIO's client. */
final class Administration implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final S3Bucket bucket;
  private final Client client;
  private final Optional<DefaultCredentialsProvider> chain;

  private Administration(
      S3Bucket bucket, Client client, Optional<DefaultCredentialsProvider> chain) {
    this.bucket = bucket;
    this.client = client;
    this.chain = chain;
  }

  /** Makes no request. */
  static Administration of(S3Bucket bucket) throws IOException {
    Optional<DefaultCredentialsProvider> chain =
        bucket.key().isPresent()
            ? Optional.empty()
            : Optional.of(DefaultCredentialsProvider.builder().build());
    MinioAsyncClient.Builder builder =
        MinioAsyncClient.builder()
            .endpoint(bucket.endpoint().map(Object::toString).orElseGet(() -> ofAws(bucket)))
            .region(bucket.region())
            .httpClient(http(bucket.trust()), true);
    bucket
        .key()
        .ifPresentOrElse(
            key -> builder.credentials(key.id(), key.secret()),
            () -> builder.credentialsProvider(lent(chain.orElseThrow())));
    Client client = new Client(builder.build());
    if (bucket.pathStyle()) {
      client.disableVirtualStyleEndpoint();
    } else {
      client.enableVirtualStyleEndpoint();
    }
    return new Administration(bucket, client, chain);
  }

  static String ofAws(S3Bucket bucket) {
    Region region = Region.of(bucket.region());
    return "https://s3.%s.%s".formatted(region.id(), region.metadata().partition().dnsSuffix());
  }

  /** What AWS's own ways find, asked each time: some of it lasts for an hour only. */
  private static Provider lent(DefaultCredentialsProvider chain) {
    return () -> {
      AwsCredentials found = chain.resolveCredentials();
      String session = found instanceof AwsSessionCredentials lent ? lent.sessionToken() : null;
      return new Credentials(found.accessKeyId(), found.secretAccessKey(), session, null);
    };
  }

  /** As the SDK's: directly, and trusting whom the bucket says. */
  private static OkHttpClient http(List<TrustManager> trust) throws IOException {
    OkHttpClient.Builder http =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .followRedirects(false)
            .connectTimeout(CONNECT)
            .readTimeout(SILENCE)
            .writeTimeout(SILENCE);
    for (TrustManager each : trust) {
      if (each instanceof X509TrustManager manager) {
        try {
          SSLContext context = SSLContext.getInstance("TLS");
          context.init(null, new TrustManager[] {manager}, new SecureRandom());
          return http.sslSocketFactory(context.getSocketFactory(), manager).build();
        } catch (GeneralSecurityException e) {
          throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
      }
    }
    return http.build();
  }

  /** An answer of the store beside what was asked for. */
  record Answer(Optional<Instant> date, Optional<String> region, String server) {
    private static Answer of(Headers headers) {
      return new Answer(
          Optional.ofNullable(headers.getInstant("Date")),
          Optional.ofNullable(headers.get("x-amz-bucket-region")),
          String.valueOf(headers.get("Server")));
    }
  }

  /**
   * Lists an object of the bucket at the most.
   *
   * @return empty when there is no such bucket
   */
  Optional<Answer> look() throws IOException {
    try {
      ListObjectsV2Args args =
          ListObjectsV2Args.builder()
              .bucket(bucket.name())
              .prefix(bucket.prefix())
              .maxKeys(1)
              .build();
      return Optional.of(Answer.of(asked("look into", client.listObjectsV2(args)).headers()));
    } catch (RefusedException e) {
      if (e.code().equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  void make() throws IOException {
    MakeBucketArgs args =
        MakeBucketArgs.builder().bucket(bucket.name()).region(bucket.region()).build();
    try {
      var _ = asked("make", client.makeBucket(args));
    } catch (RefusedException e) {
      // Somebody else of the fleet may have made it this moment.
      if (!e.code().equals("BucketAlreadyOwnedByYou")) {
        throw e;
      }
    }
  }

  /** Whether old versions of objects are kept from now on. */
  boolean versioned() throws IOException {
    GetBucketVersioningArgs args = GetBucketVersioningArgs.builder().bucket(bucket.name()).build();
    return asked("ask for the versioning of", client.getBucketVersioning(args)).status()
        == VersioningConfiguration.Status.ENABLED;
  }

  /** The bucket's lifecycle rules. */
  Rules rules() throws IOException {
    try {
      return Rules.read(
          Optional.of(asked("read the lifecycle rules of", client.rules(bucket.name()))));
    } catch (RefusedException e) {
      if (e.code().equals("NoSuchLifecycleConfiguration")) {
        return Rules.read(Optional.empty());
      }
      throw e;
    }
  }

  void set(Rules rules) throws IOException {
    String what = "set the lifecycle rules of";
    try {
      var _ = asked(what, client.setRules(bucket.name(), rules.text()));
    } catch (MinioException e) {
      throw RefusedException.of(what + " " + bucket, e);
    }
  }

  /** Begins an upload in parts and ends it without an object. */
  void tryUpload(String key) throws IOException {
    String name = bucket.prefix() + key;
    String upload =
        asked(
                "begin an upload in parts to",
                client.createMultipartUpload(
                    CreateMultipartUploadArgs.builder().bucket(bucket.name()).object(name).build()))
            .result()
            .uploadId();
    var _ =
        asked(
            "end an upload in parts to",
            client.abortMultipartUpload(
                AbortMultipartUploadArgs.builder()
                    .bucket(bucket.name())
                    .object(name)
                    .uploadId(upload)
                    .build()));
  }

  private <T> T asked(String what, CompletableFuture<T> answer) throws IOException {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw RefusedException.of(what + " " + bucket, e);
    }
  }

  @Override
  public void close() {
    client.close();
    chain.ifPresent(DefaultCredentialsProvider::close);
  }

  /** The client, with what it gives to its kind only. */
  private static final class Client extends MinioAsyncClient {
    Client(MinioAsyncClient client) {
      super(client);
    }

    CompletableFuture<String> rules(String bucket) {
      return executeGetAsync(args(bucket), null, lifecycle()).thenApply(Client::body);
    }

    /** Rules as they are: the client's own model of them would drop what it does not know. */
    CompletableFuture<Boolean> setRules(String bucket, String rules) throws MinioException {
      Http.Body body = new Http.Body(rules, Http.XML_MEDIA_TYPE, null, null);
      return executePutAsync(args(bucket), null, lifecycle(), body)
          .thenApply(response -> {
            response.close();
            return true;
          });
    }

    private static GetBucketLifecycleArgs args(String bucket) {
      return GetBucketLifecycleArgs.builder().bucket(bucket).build();
    }

    private static Http.QueryParameters lifecycle() {
      return new Http.QueryParameters("lifecycle", "");
    }

    private static String body(Response response) {
      try (response) {
        return response.body().string();
      } catch (IOException e) {
        throw new CompletionException(e);
      }
    }
  }
}
