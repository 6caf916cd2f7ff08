package io.mooring.runtime.rpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who called, by the certificate of the connection. */
final class PeerName {
  /** GeneralName ::= CHOICE dNSName [2]; RFC 5280 section 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private PeerName() {}

  /**
   * The names in the caller's certificate: its DNS names, or its common name when it has none;
   * empty without a certificate.
   */
  static List<String> of(Attributes transport) {
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return List.of();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? names(certificate)
          : List.of();
    } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException e) {
      return List.of(); // nobody whom we know: refused by whoever asks for a name
    }
  }

  /** For the log: the certificate's first name and the address, or "unix". */
  static String describe(Attributes transport) {
    SocketAddress address = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    List<String> names = of(transport);
    String where =
        address == null || address instanceof UnixDomainSocketAddress
            ? "unix"
            : address.toString().replaceFirst("^[^/]*/", "");
    return names.isEmpty() ? where : names.getFirst() + "@" + where;
  }

  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException, InvalidNameException {
    List<String> names = new ArrayList<>();
    @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> alternative : alternatives) {
        if (alternative.get(0).equals(DNS_NAME)) {
          names.add(String.valueOf(alternative.get(1)));
        }
      }
    }
    if (names.isEmpty()) {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(part.getValue()));
        }
      }
    }
    return names;
  }
}
