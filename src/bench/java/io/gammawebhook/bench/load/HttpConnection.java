package io.gammawebhook.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection with at most one request under way. It reads as much of HTTP/1.1 as
 * servers answer with: a length, or chunks. Used by one thread.
 */
final class HttpConnection implements AutoCloseable {

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer out;
  private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);
  private final byte[] head = new byte[16 * 1024];

  int index;
  long sinceNanos;
  boolean busy;

  /** Whether the server said that it closes; Tomcat does after 100 requests by default. */
  boolean closing;

  HttpConnection(int port, Selector selector, int requestLength) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
    out = ByteBuffer.allocateDirect(requestLength);
  }

  void send(Requests requests, int request, long since) throws IOException {
    requests.write(request, out);
    index = request;
    sinceNanos = since;
    busy = true;
    channel.write(out);
    if (out.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /** Does what the selector found; returns the status of a whole response, or 0. */
  int ready() throws IOException {
    if (key.isWritable()) {
      channel.write(out);
      if (!out.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ);
      }
    }
    if (!key.isReadable()) {
      return 0;
    }
    if (channel.read(in) < 0) {
      throw new EOFException("The server closed the connection");
    }
    int length = in.position();
    in.get(0, head, 0, length);
    int status = response(length);
    if (status != 0) {
      in.clear();
      busy = false;
    } else if (!in.hasRemaining()) {
      throw new IOException("The response is too long");
    }
    return status;
  }

  private int response(int length) {
    int body = find("\r\n\r\n", 0, length);
    if (body < 0) {
      return 0;
    }
    body += 4;
    int status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
    String headers =
        new String(head, 0, body, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    closing = headers.contains("\r\nconnection: close");
    int at = headers.indexOf("\r\ncontent-length:");
    if (at >= 0) {
      int end = headers.indexOf("\r\n", at + 2);
      int announced = Integer.parseInt(headers.substring(at + 17, end).strip());
      return length >= body + announced ? status : 0;
    }
    if (headers.contains("\r\ntransfer-encoding: chunked")) {
      return find("0\r\n\r\n", Math.max(body, length - 5), length) >= 0 ? status : 0;
    }
    return status;
  }

  private int find(String text, int from, int to) {
    for (int i = from; i <= to - text.length(); i++) {
      int matched = 0;
      while (matched < text.length() && head[i + matched] == text.charAt(matched)) {
        matched++;
      }
      if (matched == text.length()) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
