package io.mooring.e2e.kube;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Who may call the API server, each with a secret word: what certificates do elsewhere. */
final class Accounts {
  static final String ADMIN = "admin";
  static final String CONTROLLER_MANAGER = "system:kube-controller-manager";
  static final String SCHEDULER = "system:kube-scheduler";
  static final String PROXY = "system:kube-proxy";

  private static final String MASTERS = "system:masters";
  private static final String NODES = "system:nodes";

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  private record Account(String token, String group) {}

  /** New words for the control plane and the nodes of these names. */
  Accounts(List<String> nodes) {
    accounts.put(ADMIN, new Account(newToken(), MASTERS));
    accounts.put(CONTROLLER_MANAGER, new Account(newToken(), ""));
    accounts.put(SCHEDULER, new Account(newToken(), ""));
    accounts.put(PROXY, new Account(newToken(), ""));
    nodes.forEach(node -> accounts.put(node(node), new Account(newToken(), NODES)));
  }

  /** A kubelet's name: the Node authorizer knows it by this form. */
  static String node(String name) {
    return "system:node:" + name;
  }

  private static String newToken() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The API server's {@code --token-auth-file}. */
  String file() {
    return accounts.entrySet().stream()
        .map(entry ->
            "%s,%s,%s,\"%s\""
                .formatted(
                    entry.getValue().token(),
                    entry.getKey(),
                    entry.getKey(),
                    entry.getValue().group()))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * How one of them reaches the API server.
   *
   * @param server {@code https://host:port}
   * @param authority the API server's certificate, base64 of its PEM
   */
  String kubeconfig(String account, String server, String authority) {
    Account known = accounts.get(account);
    if (known == null) {
      throw new IllegalArgumentException("no account " + account);
    }
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: lab
      cluster: {server: "%s", certificate-authority-data: "%s"}
    users:
    - name: "%s"
      user: {token: "%s"}
    contexts:
    - name: lab
      context: {cluster: lab, user: "%s"}
    current-context: lab
    """
        .formatted(server, authority, account, known.token(), account);
  }
}
