package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;

/** Sends and receives the packets of a login, in the layout of RFC 7143 sections 11.12 to 11.15. */
final class LoginWire {
  static final int SECURITY = 0;
  static final int OPERATIONAL = 1;
  static final int FULL_FEATURE = 3;

  private static final int HEADER_BYTES = 48;

  /** What a target may send in one packet before anything else was agreed on. */
  private static final int MAX_TEXT_BYTES = 8192;

  private static final byte LOGIN_REQUEST = 0x43;
  private static final byte LOGIN_RESPONSE = 0x23;
  private static final byte LOGOUT_REQUEST = 0x46;
  private static final byte LOGOUT_RESPONSE = 0x26;
  private static final int TRANSIT = 0x80;
  private static final int CONTINUE = 0x40;
  private static final int FINAL = 0x80;
  private static final int TASK_TAG = 1;
  private static final int COMMAND_SN = 1;

  private final Socket socket;
  private final byte[] isid;
  private final Deadline deadline;
  private final InputStream in;
  private int expectedStatusSn;

  LoginWire(Socket socket, byte[] isid, Deadline deadline) throws IOException {
    this.socket = requireNonNull(socket, "socket is null");
    this.isid = isid.clone();
    this.deadline = requireNonNull(deadline, "deadline is null");
    this.in = socket.getInputStream();
  }

  /**
   * Sends keys in a stage and waits for the answer.
   *
   * @param next the stage to move on to with these keys; the stage itself to stay
   */
  LoginAnswer ask(int stage, int next, Map<String, String> keys) throws IOException {
    byte[] text = TextKeys.write(keys);
    ByteBuffer packet = packet(LOGIN_REQUEST, text.length);
    int move = next == stage ? 0 : TRANSIT | next;
    packet.put(1, (byte) (move | stage << 2));
    packet.putInt(4, text.length);
    packet.put(8, isid);
    packet.put(HEADER_BYTES, text);
    send(packet);
    return answer();
  }

  private LoginAnswer answer() throws IOException {
    ByteBuffer header = receive(LOGIN_RESPONSE);
    int flags = header.get(1);
    byte[] text = text(header);
    if ((flags & CONTINUE) != 0) {
      throw new IOException("it sent its answer in parts");
    }
    expectedStatusSn = header.getInt(24) + 1;
    return new LoginAnswer(
        (flags & TRANSIT) != 0,
        flags & 3,
        header.getShort(14) & 0xffff,
        header.getShort(36) & 0xffff,
        TextKeys.read(text));
  }

  /** Ends the session that was made, so that nothing of it stays. */
  void logout() throws IOException {
    ByteBuffer packet = packet(LOGOUT_REQUEST, 0);
    packet.put(1, (byte) FINAL);
    send(packet);
    text(receive(LOGOUT_RESPONSE));
  }

  private ByteBuffer packet(byte opcode, int textBytes) {
    ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + padded(textBytes));
    packet.put(0, opcode);
    packet.putInt(16, TASK_TAG);
    packet.putInt(24, COMMAND_SN);
    packet.putInt(28, expectedStatusSn);
    return packet;
  }

  private static int padded(int bytes) {
    return (bytes + 3) & ~3;
  }

  private void send(ByteBuffer packet) throws IOException {
    byte[] bytes = new byte[packet.capacity()];
    packet.get(0, bytes);
    socket.getOutputStream().write(bytes);
  }

  private ByteBuffer receive(byte opcode) throws IOException {
    byte[] header = read(HEADER_BYTES);
    if (header[0] != opcode) {
      throw new IOException("it answered with opcode 0x%02x".formatted(header[0]));
    }
    return ByteBuffer.wrap(header);
  }

  private byte[] text(ByteBuffer header) throws IOException {
    int more = header.get(4) & 0xff;
    int bytes = header.getInt(4) & 0xffffff;
    if (more != 0 || bytes > MAX_TEXT_BYTES) {
      throw new IOException("it answered with %d bytes".formatted(bytes));
    }
    byte[] text = new byte[bytes];
    System.arraycopy(read(padded(bytes)), 0, text, 0, bytes);
    return text;
  }

  /** One byte after the other would outlast the deadline, so each wait is only for what is left. */
  private byte[] read(int bytes) throws IOException {
    byte[] buffer = new byte[bytes];
    int got = 0;
    while (got < bytes) {
      int left = deadline.remainingMillis();
      if (left == 0) {
        throw new SocketTimeoutException("it did not answer in time");
      }
      socket.setSoTimeout(left);
      int more = in.read(buffer, got, bytes - got);
      if (more < 0) {
        throw new IOException("it hung up");
      }
      got += more;
    }
    return buffer;
  }
}
