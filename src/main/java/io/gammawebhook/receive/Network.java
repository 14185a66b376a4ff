package io.gammawebhook.receive;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of network addresses, written as an address, or as one with the length of its prefix,
 * such as {@code 192.0.2.0/24} or {@code 2001:db8::/32} (RFC 4632, RFC 4291).
 */
public final class Network {

  /** What no name of a host is, so that nothing is ever looked up. */
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:]{0,4}:[0-9A-Fa-f:.]{0,41}(%[0-9A-Za-z._-]{1,16})?");

  private final String text;
  private final byte[] address;
  private final int prefix;

  private Network(String text, byte[] address, int prefix) {
    this.text = text;
    this.address = address;
    this.prefix = prefix;
  }

  /**
   * @throws IllegalArgumentException if it is no network, or has bits beyond its prefix
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    if (address == null || !(slash < 0 || text.substring(slash + 1).matches("[0-9]{1,3}"))) {
      throw new IllegalArgumentException(
          "must be such as 192.0.2.0/24 or 2001:db8::/32, was '" + text + "'");
    }
    int bits = 8 * address.length;
    int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (prefix > bits) {
      throw new IllegalArgumentException(
          "must have a prefix of at most " + bits + ", was '" + text + "'");
    }
    for (int bit = prefix; bit < bits; bit++) {
      if (bit(address, bit)) {
        throw new IllegalArgumentException(
            "has bits beyond its prefix, so that it is unclear what is meant: '" + text + "'");
      }
    }
    return new Network(text, address, prefix);
  }

  /**
   * Whether an address is in it; what is no address is in none. An IPv4 address is also found in
   * its IPv6 form.
   */
  public boolean contains(String address) {
    return contains(bytes(address));
  }

  /** The same of an address that was read by {@link #bytes}. */
  boolean contains(byte @Nullable [] asked) {
    if (asked == null || asked.length != this.address.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (bit(asked, bit) != bit(this.address, bit)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text is a network address, and no name. */
  static boolean isAddress(String text) {
    return bytes(text) != null;
  }

  private static boolean bit(byte[] bytes, int index) {
    return (bytes[index / 8] >> (7 - index % 8) & 1) == 1;
  }

  /** The bytes of an address; null if the text is none. */
  static byte @Nullable [] bytes(String address) {
    byte[] four = ipv4(address);
    if (four != null || !IPV6.matcher(address).matches()) {
      return four;
    }
    int zone = address.indexOf('%');
    String plain = zone < 0 ? address : address.substring(0, zone);
    try {
      return InetAddress.getByName(plain).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Four decimal numbers with dots between them; read by hand, since each request asks. */
  private static byte @Nullable [] ipv4(String text) {
    byte[] bytes = new byte[4];
    int at = 0;
    for (int i = 0; i < bytes.length; i++) {
      int start = at;
      int number = 0;
      while (at < text.length() && at - start < 3 && isDigit(text.charAt(at))) {
        number = 10 * number + text.charAt(at) - '0';
        at++;
      }
      boolean ends = i == 3 ? at == text.length() : at < text.length() && text.charAt(at) == '.';
      if (at == start || number > 255 || !ends) {
        return null;
      }
      bytes[i] = (byte) number;
      at++;
    }
    return bytes;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return text;
  }
}
