package io.gammawebhook.camel;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of this node, one a source and one a path. It is bound in the Camel registry, where
 * the steps of the ingress find it by its type. Safe for use by many threads.
 */
public final class Receivers {

  private final Map<SourceName, Receiver> bySource = new ConcurrentHashMap<>();
  private final Map<String, Receiver> byPath = new ConcurrentHashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final Executor answers;
  private final long largestBody;

  /**
   * @param largestBody the most bytes of one body that there is ever memory for
   * @param answers where a request goes on after its commit; its tasks do not block
   */
  public Receivers(Executor answers, long largestBody) {
    this.largestBody = largestBody;
    this.answers = answers;
  }

  static Receivers of(CamelContext context) {
    Receivers found = CamelContextHelper.findSingleByType(context, Receivers.class);
    if (found == null) {
      throw new IllegalStateException(
          "There is no "
              + Receivers.class.getName()
              + " in the Camel registry; bind one, or let"
              + " the Spring Boot auto-configuration of the Gamma webhook plugin do it");
    }
    return found;
  }

  /**
   * Makes a receiver known.
   *
   * @throws RefusedRouteException if its source or its path has a receiver already, or if its
   *     largest body would find no memory, however often it were sent
   */
  public synchronized void add(Receiver receiver) {
    SourceName source = receiver.definition().name();
    String path = receiver.definition().path();
    Receiver samePath = byPath.get(path);
    if (samePath != null) {
      throw new RefusedRouteException(
          "The sources '"
              + samePath.definition().name()
              + "' and '"
              + source
              + "' both want the path "
              + path,
          "Give one of them another path.");
    }
    Receiver sameSource = bySource.get(source);
    if (sameSource != null) {
      throw new RefusedRouteException(
          "The source '"
              + source
              + "' is defined twice, for the paths "
              + sameSource.definition().path()
              + " and "
              + path,
          "Give one of them another name.");
    }
    // One byte more is read, to see that a body is too large. What is inflated is held twice.
    long held = receiver.definition().maxBodySize() * (receiver.definition().gzip() ? 2L : 1L);
    if (held >= largestBody) {
      throw new RefusedRouteException(
          "The source '"
              + source
              + "' takes bodies of up to "
              + receiver.definition().maxBodySize()
              + (receiver.definition().gzip() ? " bytes, compressed and inflated" : " bytes")
              + ", but there is memory for less than "
              + largestBody
              + " bytes of one body, so that the largest would be answered 503 each time",
          "Lower the source's max-body-size, or give the bodies of all requests more memory: three"
              + " quarters of gamma.webhook.http.waiting-line.bytes are for large ones, and by"
              + " default that is an eighth of the heap (java -Xmx).");
    }
    bySource.put(source, receiver);
    byPath.put(path, receiver);
    watchers.forEach(watcher -> watcher.added(receiver));
  }

  /** Forgets a receiver; harmless if it is not known. */
  public synchronized void remove(Receiver receiver) {
    byPath.remove(receiver.definition().path(), receiver);
    if (bySource.remove(receiver.definition().name(), receiver)) {
      watchers.forEach(watcher -> watcher.removed(receiver));
    }
  }

  /** Is told of each receiver, also of those that are here already. */
  public synchronized void watch(Watcher watcher) {
    watchers.add(watcher);
    bySource.values().forEach(watcher::added);
  }

  /** Who wants to know which receivers there are. Called by one thread at a time. */
  public interface Watcher {

    void added(Receiver receiver);

    void removed(Receiver receiver);
  }

  public @Nullable Receiver forSource(SourceName source) {
    return bySource.get(source);
  }

  /**
   * @param path without the host's context path, in its one plain spelling
   */
  public @Nullable Receiver atPath(String path) {
    return byPath.get(path);
  }

  public List<Receiver> all() {
    return List.copyOf(bySource.values());
  }

  /** Where a request goes on after its commit. */
  public Executor answers() {
    return answers;
  }

  /** The receiver that a step's {@code source} parameter names. */
  Receiver required(SourceName source) {
    Receiver receiver = bySource.get(source);
    if (receiver == null) {
      throw new RefusedRouteException(
          "A step of an ingress route names the source '"
              + source
              + "', but there is none of that name; there are "
              + bySource.keySet(),
          "Correct the parameter 'source' of webhook-verify-action or webhook-accept-action, or add"
              + " gamma.webhook.sources."
              + source
              + ".");
    }
    return receiver;
  }
}
