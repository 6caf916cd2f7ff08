package io.mooring.node.iscsi.login;

import io.mooring.node.network.TcpConnection;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A target on the loopback that knows the login phase and nothing else. */
final class FakeTarget implements AutoCloseable {
  private static final byte[] CHALLENGE = {1, 2, 3, 4, 5, 6, 7, 8};

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> events = new ArrayList<>();
  private String password = "";
  private String mutualPassword = "";
  private int status;
  private boolean silent;
  private boolean insists;
  private CountDownLatch work = new CountDownLatch(0);

  FakeTarget() throws IOException {
    socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    threads.execute(this::serve);
  }

  /** Some living connection to it. */
  TcpConnection connection() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new TcpConnection(
        new InetSocketAddress(loopback, 50000),
        new InetSocketAddress(loopback, socket.getLocalPort()));
  }

  void demand(String secret, String mutualSecret) {
    password = secret;
    mutualPassword = mutualSecret;
  }

  /** Refuses every login with that status. */
  void refuse(int with) {
    status = with;
  }

  /** Takes connections and says nothing. */
  void fallSilent() {
    silent = true;
  }

  /** Its disks take their time for what they do for the session that is to end. */
  void beginWork() {
    work = new CountDownLatch(1);
  }

  void endWork() {
    work.countDown();
  }

  /** Wants an answer to a proposal of its own. */
  void insist() {
    insists = true;
  }

  /** What has happened: {@code ended ISID}, {@code logout}. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }

  private synchronized void note(String event) {
    events.add(event);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket initiator = socket.accept()) {
        talk(initiator);
      } catch (IOException e) {
        // It hung up, or the test is over.
      }
    }
  }

  private void talk(Socket initiator) throws IOException {
    DataInputStream in = new DataInputStream(initiator.getInputStream());
    OutputStream out = initiator.getOutputStream();
    while (true) {
      ByteBuffer header = ByteBuffer.wrap(in.readNBytes(48));
      if (header.capacity() < 48) {
        return;
      }
      int bytes = header.getInt(4) & 0xffffff;
      Map<String, String> keys = TextKeys.read(in.readNBytes((bytes + 3) & ~3));
      if (silent) {
        continue;
      }
      if ((header.get(1) >> 2 & 3) == LoginWire.OPERATIONAL) {
        awaitEndOfWork();
      }
      if (header.get(0) == 0x46) {
        note("logout");
        out.write(answer((byte) 0x26, 0x80, 0, 0, Map.of()));
        return;
      }
      out.write(login(header, keys));
    }
  }

  private void awaitEndOfWork() throws IOException {
    try {
      work.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the test is over", e);
    }
  }

  private byte[] login(ByteBuffer header, Map<String, String> keys) {
    int flags = header.get(1) & 0xff;
    if (status != 0) {
      return answer((byte) 0x23, 0, 0, status, Map.of());
    }
    if ((flags >> 2 & 3) == 0) {
      return security(flags, keys);
    }
    if (insists && !"No".equals(keys.get("IFMarker"))) {
      return answer((byte) 0x23, 1 << 2, 0, 0, Map.of("IFMarker", "No", "TargetAlias", "fake"));
    }
    byte[] isid = new byte[6];
    header.get(8, isid);
    note("ended " + HexFormat.of().formatHex(isid));
    return answer((byte) 0x23, flags, 7, 0, Map.of("MaxRecvDataSegmentLength", "8192"));
  }

  private byte[] security(int flags, Map<String, String> keys) {
    if (keys.containsKey("CHAP_A")) {
      return answer(
          (byte) 0x23,
          0,
          0,
          0,
          Map.of("CHAP_A", "5", "CHAP_I", "9", "CHAP_C", "0x" + hex(CHALLENGE)));
    }
    if (keys.containsKey("CHAP_R")) {
      boolean right = ("0x" + hex(md5(9, password, CHALLENGE))).equals(keys.get("CHAP_R"));
      return right
          ? answer((byte) 0x23, flags, 0, 0, proof(keys))
          : answer((byte) 0x23, 0, 0, 0x0201, Map.of());
    }
    String method = keys.getOrDefault("AuthMethod", "None");
    return password.isEmpty() || method.equals("CHAP")
        ? answer((byte) 0x23, flags, 0, 0, Map.of("AuthMethod", method))
        : answer((byte) 0x23, 0, 0, 0x0201, Map.of());
  }

  private Map<String, String> proof(Map<String, String> keys) {
    if (!keys.containsKey("CHAP_C")) {
      return Map.of();
    }
    int id = Integer.parseInt(keys.getOrDefault("CHAP_I", ""));
    byte[] asked = HexFormat.of().parseHex(keys.getOrDefault("CHAP_C", "0x").substring(2));
    return Map.of("CHAP_N", "target", "CHAP_R", "0x" + hex(md5(id, mutualPassword, asked)));
  }

  private static byte[] answer(
      byte opcode, int flags, int handle, int status, Map<String, String> keys) {
    byte[] text = TextKeys.write(keys);
    ByteBuffer packet = ByteBuffer.allocate(48 + ((text.length + 3) & ~3));
    packet.put(0, opcode).put(1, (byte) flags).putInt(4, text.length);
    packet.putShort(14, (short) handle).putShort(36, (short) status).put(48, text);
    byte[] bytes = new byte[packet.capacity()];
    packet.get(0, bytes);
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] md5(int id, String secret, byte[] asked) {
    try {
      MessageDigest hash = MessageDigest.getInstance("MD5");
      hash.update((byte) id);
      hash.update(secret.getBytes(StandardCharsets.UTF_8));
      return hash.digest(asked);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
