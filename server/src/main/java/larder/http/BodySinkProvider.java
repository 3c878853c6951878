package larder.http;

import io.helidon.common.GenericType;
import io.helidon.common.media.type.MediaType;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProvider;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.util.function.BiConsumer;

/** Makes {@link BodySink}s; the framework finds it by name. */
public final class BodySinkProvider implements SinkProvider<Body> {

  @Override
  public boolean supports(GenericType<? extends Sink<?>> type, ServerRequest request) {
    return type.equals(BodySink.TYPE);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <X extends Sink<Body>> X create(SinkProviderContext context) {
    return (X) new BodySink(context);
  }

  @Override
  @SuppressWarnings({"removal", "TypeParameterUnusedInFormals"})
  public <X extends Sink<Body>> X create(
      ServerResponse response, BiConsumer<Object, MediaType> events, Runnable close) {
    throw new UnsupportedOperationException("the other create is called");
  }
}
