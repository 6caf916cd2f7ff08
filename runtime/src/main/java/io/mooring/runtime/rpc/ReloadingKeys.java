package io.mooring.runtime.rpc;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Our certificate and key for a handshake, as {@link TlsReloader} has them. */
final class ReloadingKeys extends X509ExtendedKeyManager {
  private final TlsReloader reloader;

  ReloadingKeys(TlsReloader reloader) {
    this.reloader = reloader;
  }

  private @Nullable String choose(String... keyTypes) {
    TlsReloader.Generation current = reloader.current();
    return Arrays.asList(keyTypes).contains(current.material().key().getAlgorithm())
        ? current.alias()
        : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return choose(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return choose(keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = choose(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return reloader.byAlias(alias).material().chainArray();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return reloader.byAlias(alias).material().key();
  }
}
