package larder.s3;

import java.time.Duration;
import java.time.InstantSource;
import larder.tiering.Event;
import larder.tiering.Events;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Tells of each request that the store answered, also of those that the SDK made again. Of an
 * object that is read it is told when it has been, since not before is known how much of it was.
 */
final class S3Requests implements ExecutionInterceptor {
  private static final String READ = "GetObject";
  private static final ExecutionAttribute<Long> BEGUN = new ExecutionAttribute<>("LarderBegun");

  private final Events events;
  private final InstantSource clock;

  S3Requests(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes request) {
    request.putAttribute(BEGUN, System.nanoTime());
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes request) {
    String operation = request.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    int status = context.httpResponse().statusCode();
    if (!operation.equals(READ) || !context.httpResponse().isSuccessful()) {
      SdkHttpRequest sending = context.httpRequest();
      // Where the SDK signs a body in chunks, the one has what it adds.
      long sent =
          sending
              .firstMatchingHeader("x-amz-decoded-content-length")
              .or(() -> sending.firstMatchingHeader("Content-Length"))
              .map(Long::parseLong)
              .orElse(0L);
      tell(operation, status, sent, 0, request.getAttribute(BEGUN));
    }
  }

  /**
   * @param begun by {@link System#nanoTime}
   */
  void read(int status, long received, long begun) {
    tell(READ, status, 0, received, begun);
  }

  private void tell(String operation, int status, long sent, long received, long begun) {
    events.on(
        new Event.Stored(
            clock.instant(),
            operation,
            status,
            sent,
            received,
            Duration.ofNanos(System.nanoTime() - begun)));
  }
}
