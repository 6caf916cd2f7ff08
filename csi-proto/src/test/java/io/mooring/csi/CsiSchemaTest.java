package io.mooring.csi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.CsiProto;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesRequest;
import io.mooring.csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Our schema against CSI 1.13.0: always against our own table of its facts, and against the
 * official descriptor where {@code src/test/official-descriptor.sh} has fetched that. What is
 * compared is listed at {@link SchemaShape}.
 */
final class CsiSchemaTest {
  /** Where the script leaves the official Go binding; relative to the module. */
  private static final Path OFFICIAL = Path.of("target", "official-csi", "csi.pb.go");

  /** The only differences allowed; csi.proto says why. Our full name to the official simple one. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "csi.v1.CreateVolumeRequest.mutable_params", "mutable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesRequest.mutable_params", "mutable_parameters",
          "csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed.mutable_params",
              "mutable_parameters");

  @Test
  void compiledSchemaHasTheWrittenShape() throws Exception {
    assertThat(compiledShape()).containsExactlyElementsOf(writtenShape());
  }

  @Test
  void compiledSchemaEqualsTheOfficialOneWhereThatIsAtHand() throws Exception {
    if (Files.exists(OFFICIAL)) {
      System.out.println("csi.proto: compared with the official descriptor of CSI 1.13.0");
      assertThat(compiledShape()).containsExactlyElementsOf(officialShape());
    } else {
      System.out.println(
          "csi.proto: compared with csi-1.13-shape.txt only;"
              + " csi-proto/src/test/official-descriptor.sh fetches the official descriptor");
      assertThat(compiledShape()).containsExactlyElementsOf(writtenShape());
    }
  }

  @Test
  void everyFieldNamedSecretsIsMarked() {
    List<FieldDescriptor> secrets =
        CsiProto.getDescriptor().getMessageTypes().stream()
            .flatMap(CsiSchemaTest::withNested)
            .flatMap(message -> message.getFields().stream())
            .filter(field -> field.getName().equals("secrets"))
            .toList();

    assertThat(secrets)
        .hasSize(22)
        .allSatisfy(
            field -> assertThat(field.getOptions().getExtension(CsiProto.csiSecret)).isTrue());
  }

  @Test
  void renamedFieldsKeepTheirNumbersOnTheWire() throws Exception {
    var create = CreateVolumeRequest.newBuilder().putMutableParams("k", "v").build();
    var validate =
        ValidateVolumeCapabilitiesRequest.newBuilder().putMutableParams("k", "v").build();
    var confirmed = Confirmed.newBuilder().putMutableParams("k", "v").build();

    assertThat(firstFieldNumber(create)).isEqualTo(8);
    assertThat(firstFieldNumber(validate)).isEqualTo(6);
    assertThat(firstFieldNumber(confirmed)).isEqualTo(4);
  }

  private static int firstFieldNumber(MessageLite message) throws IOException {
    return WireFormat.getTagFieldNumber(
        CodedInputStream.newInstance(message.toByteArray()).readTag());
  }

  private static Stream<Descriptor> withNested(Descriptor message) {
    return Stream.concat(
        Stream.of(message), message.getNestedTypes().stream().flatMap(CsiSchemaTest::withNested));
  }

  private static List<String> compiledShape() {
    return SchemaShape.of(CsiProto.getDescriptor(), RENAMED);
  }

  private static List<String> officialShape() throws Exception {
    byte[] raw = GoDescriptor.extract(Files.readString(OFFICIAL), "file_csi_proto_rawDesc");
    ExtensionRegistry options = ExtensionRegistry.newInstance();
    CsiProto.registerAllExtensions(options);
    FileDescriptor[] imports =
        CsiProto.getDescriptor().getDependencies().toArray(FileDescriptor[]::new);
    FileDescriptor official =
        FileDescriptor.buildFrom(FileDescriptorProto.parseFrom(raw, options), imports);
    return SchemaShape.of(official, Map.of());
  }

  /** The committed table; lines that begin with # are comments. */
  private static List<String> writtenShape() throws IOException {
    try (InputStream table = CsiSchemaTest.class.getResourceAsStream("/csi-1.13-shape.txt")) {
      return new String(Objects.requireNonNull(table).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
