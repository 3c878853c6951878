package larder.s3;

import java.time.Duration;
import javax.net.ssl.TrustManager;
import org.apache.hc.core5.http.NoHttpResponseException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients of one bucket. Whoever reads has clients of larder waiting, who can be served
 * from elsewhere: it gives up soon. Whoever writes may wait.
 */
record S3Clients(S3Client reading, S3Client writing, AwsCredentialsProvider credentials)
    implements AutoCloseable {
  /** How long a bucket may be silent before what clients wait for is taken from elsewhere. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  /** How long it may take to answer a write after the last byte. */
  private static final Duration WRITTEN = Duration.ofSeconds(30);

  /** How long one request that writes may take, with a part of 64 MiB. */
  private static final Duration LONGEST_WRITE = Duration.ofMinutes(5);

  private static final int WRITES = 3;

  /**
   * @param readers how many connections those who read may have
   * @param writers how many those who write may have
   */
  static S3Clients open(S3Bucket bucket, int readers, int writers, S3Requests requests) {
    AwsCredentialsProvider credentials =
        bucket
            .key()
            .<AwsCredentialsProvider>map(key ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(key.id(), key.secret())))
            .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    return new S3Clients(
        client(
            bucket,
            credentials,
            http(bucket, readers, SILENCE),
            SILENCE,
            onceMoreIfClosed(),
            requests),
        client(
            bucket,
            credentials,
            http(bucket, writers, WRITTEN),
            LONGEST_WRITE,
            AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(WRITES).build(),
            requests),
        credentials);
  }

  /** A connection that the store has closed meanwhile says nothing of the store. */
  private static RetryStrategy onceMoreIfClosed() {
    return StandardRetryStrategy.builder()
        .maxAttempts(2)
        .backoffStrategy(BackoffStrategy.retryImmediately())
        .retryOnExceptionOrCauseInstanceOf(NoHttpResponseException.class)
        .build();
  }

  private static SdkHttpClient.Builder<?> http(S3Bucket bucket, int connections, Duration silence) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .maxConnections(connections)
            .connectionTimeout(SILENCE)
            .connectionAcquisitionTimeout(silence)
            .socketTimeout(silence)
            .connectionMaxIdleTime(Duration.ofSeconds(30))
            // Directly: a bucket is near, and the SDK reads NO_PROXY in its own way.
            .proxyConfiguration(
                ProxyConfiguration.builder()
                    .useSystemPropertyValues(false)
                    .useEnvironmentVariableValues(false)
                    .build())
            .tcpKeepAlive(true);
    return bucket.trust().isEmpty()
        ? http
        : http.tlsTrustManagersProvider(() -> bucket.trust().toArray(TrustManager[]::new));
  }

  private static S3Client client(
      S3Bucket bucket,
      AwsCredentialsProvider credentials,
      SdkHttpClient.Builder<?> http,
      Duration attempt,
      RetryStrategy retries,
      S3Requests requests) {
    S3ClientBuilder client =
        S3Client.builder()
            .credentialsProvider(credentials)
            .region(Region.of(bucket.region()))
            .forcePathStyle(bucket.pathStyle())
            .httpClientBuilder(http)
            .serviceConfiguration(settings -> settings.expectContinueEnabled(false))
            // Bodies are checked by their digests.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                ClientOverrideConfiguration.builder()
                    .apiCallAttemptTimeout(attempt) // of reading, until the body begins
                    .retryStrategy(retries)
                    .addExecutionInterceptor(requests)
                    .build());
    bucket.endpoint().ifPresent(client::endpointOverride);
    return client.build();
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
    if (credentials instanceof SdkAutoCloseable open) {
      open.close();
    }
  }
}
