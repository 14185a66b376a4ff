package io.gammawebhook.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 by hand, so that a test sends exactly the bytes it means. */
public final class RawConnection implements AutoCloseable {

  public record Response(int status, Map<String, String> headers, byte[] body, byte[] all) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public RawConnection(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawConnection send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** A POST with a Content-Length, in one write. */
  public RawConnection post(String path, byte[] body, String... headers) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        head("POST", path, body.length, headers).getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    return send(request.toByteArray());
  }

  public static String head(String method, String path, long length, String... headers) {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    if (length >= 0) {
      head.append("Content-Length: ").append(length).append("\r\n");
    }
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  public Response read() throws IOException {
    return read(true);
  }

  public Response readHeadOnly() throws IOException {
    return read(false);
  }

  private Response read(boolean withBody) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String status = line(all);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(all); !line.isEmpty(); line = line(all)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int code = Integer.parseInt(status.substring(9, 12));
    byte[] body = new byte[0];
    if (withBody && code >= 200) {
      body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      all.writeBytes(body);
    }
    return new Response(code, headers, body, all.toByteArray());
  }

  private String line(ByteArrayOutputStream all) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("The server closed the connection");
      }
      line.write(b);
    }
    all.writeBytes(line.toByteArray());
    all.write('\n');
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  /** Whether the server has closed the connection; waits for that or for more bytes. */
  public boolean isClosedByServer() throws IOException {
    return in.read() < 0;
  }

  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  public void endSending() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
