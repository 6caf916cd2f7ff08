package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.Sysfs;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our sessions in sysfs. */
public final class SysfsSessionControl implements SessionControl {
  private static final Logger LOG = LoggerFactory.getLogger(SysfsSessionControl.class);

  /** What the kernel prints for a text that was never set. */
  private static final String NONE = "(null)";

  private final Sysfs sysfs;
  private final SysfsSessions sessions;
  private final String initiatorName;

  /**
   * @param initiatorName the name our sessions log in with
   */
  public SysfsSessionControl(Sysfs sysfs, String initiatorName) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.sessions = new SysfsSessions(sysfs);
    this.initiatorName = requireNonNull(initiatorName, "initiatorName is null");
  }

  @Override
  public List<Session> sessions() {
    return sessions.ours(initiatorName);
  }

  @Override
  public Optional<TcpConnection> connection(Session session) {
    // What it is connected to, which is not what was asked for where a target redirects.
    String entry = "class/iscsi_connection/connection" + session.id() + ":0";
    Optional<InetSocketAddress> remote =
        end(sysfs.read(entry + "/address"), sysfs.readNumber(entry + "/port"));
    Optional<InetSocketAddress> local =
        end(
            sysfs.read("class/iscsi_host/host" + session.hostNumber() + "/ipaddress"),
            sysfs.readNumber(entry + "/local_port"));
    return remote.isPresent() && local.isPresent()
        ? Optional.of(new TcpConnection(local.get(), remote.get()))
        : Optional.empty();
  }

  private static Optional<InetSocketAddress> end(Optional<String> address, Optional<Long> port) {
    if (address.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    try {
      Portal end = Portal.of(address.get(), port.get().intValue());
      return Optional.of(new InetSocketAddress(end.address(), end.port()));
    } catch (Failure e) {
      // "(null)" and the like while there is no socket.
      return Optional.empty();
    }
  }

  @Override
  public OptionalInt recoverySeconds(Session session) {
    return sysfs
        .readNumber(attribute(session))
        .map(seconds -> OptionalInt.of((int) Math.min(seconds, Integer.MAX_VALUE)))
        .orElseGet(OptionalInt::empty);
  }

  @Override
  public boolean setRecoverySeconds(Session session, int seconds) {
    try {
      // In this process: the kernel only notes the number, and a child costs the time that counts.
      Files.write(
          sysfs.path(attribute(session)),
          Integer.toString(seconds).getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      LOG.debug("recovery_tmo of session {} is not written: {}", session.id(), e.toString());
    }
    return recoverySeconds(session).equals(OptionalInt.of(seconds));
  }

  private static String attribute(Session session) {
    return entry(session) + "/recovery_tmo";
  }

  private static String entry(Session session) {
    return "class/iscsi_session/session" + session.id();
  }

  @Override
  public boolean hasCommands(Session session) {
    return sysfs
        .readNumber("class/scsi_host/host" + session.hostNumber() + "/host_busy")
        .filter(commands -> commands > 0)
        .isPresent();
  }

  @Override
  public Optional<Chap> secrets(Session session) {
    String user = secret(session, "username");
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Chap(
                user,
                secret(session, "password"),
                secret(session, "username_in"),
                secret(session, "password_in"),
                1));
  }

  /** Kept by the kernel for iscsid, and readable for root alone. */
  private String secret(Session session, String name) {
    String value = sysfs.read(entry(session) + "/" + name).orElse("");
    return value.equals(NONE) ? "" : value;
  }
}
