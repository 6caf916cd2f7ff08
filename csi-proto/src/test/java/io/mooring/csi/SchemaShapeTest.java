package io.mooring.csi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.mooring.csi.v1.CsiProto;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison of schemas is worth something only if it sees each kind of difference. */
final class SchemaShapeTest {
  private static final FileDescriptor COMPILED = CsiProto.getDescriptor();

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void showsTheDifference(
      String what, Consumer<FileDescriptorProto.Builder> change, String lost, String gained)
      throws Exception {
    List<String> before = SchemaShape.of(COMPILED, Map.of());
    FileDescriptorProto.Builder changed = COMPILED.toProto().toBuilder();

    change.accept(changed);

    List<String> after = shape(changed.build());
    assertThat(before).as(what).contains(lost);
    assertThat(after).as(what).doesNotContain(lost);
    if (!gained.isEmpty()) {
      assertThat(after).as(what).contains(gained);
    }
  }

  @Test
  void orderOfDeclarationAndFileOptionsDoNotCount() throws Exception {
    FileDescriptorProto.Builder turned = COMPILED.toProto().toBuilder();
    turned.getOptionsBuilder().setJavaPackage("elsewhere");
    List<DescriptorProto> messages = turned.getMessageTypeList().reversed();
    turned.clearMessageType().addAllMessageType(messages);

    assertThat(shape(turned.build())).isEqualTo(SchemaShape.of(COMPILED, Map.of()));
  }

  @Test
  void renamedFieldIsListedByItsShownNameAndItsJsonNameIsJudgedByIt() {
    Map<String, String> shown =
        Map.of("csi.v1.CreateVolumeRequest.mutable_params", "mutable_parameters");

    assertThat(SchemaShape.of(COMPILED, shown))
        .contains("field CreateVolumeRequest.mutable_parameters = 8 map<string, string>");
    assertThat(SchemaShape.of(COMPILED, Map.of()))
        .contains(
            "field CreateVolumeRequest.mutable_params = 8 map<string, string>"
                + " json mutableParameters");
  }

  static Stream<Arguments> changes() {
    return Stream.of(fieldChanges(), optionChanges(), enumChanges(), serviceChanges())
        .flatMap(changes -> changes);
  }

  private static Stream<Arguments> fieldChanges() {
    String bytes = "field CapacityRange.required_bytes = 1 int64";
    return Stream.of(
        change(
            "number",
            file -> field(file, "CapacityRange").setNumber(9),
            bytes,
            "field CapacityRange.required_bytes = 9 int64"),
        change(
            "name",
            file -> field(file, "CapacityRange").setName("least_bytes"),
            bytes,
            "field CapacityRange.least_bytes = 1 int64"),
        change(
            "type",
            file -> field(file, "CapacityRange").setType(Type.TYPE_SINT64),
            bytes,
            "field CapacityRange.required_bytes = 1 sint64"),
        change(
            "label",
            file -> field(file, "CapacityRange").setLabel(Label.LABEL_REPEATED),
            bytes,
            "field CapacityRange.required_bytes = 1 repeated int64"),
        change(
            "message type",
            file -> field(file, "CreateVolumeResponse").setTypeName(".csi.v1.Snapshot"),
            "field CreateVolumeResponse.volume = 1 Volume",
            "field CreateVolumeResponse.volume = 1 Snapshot"),
        change(
            "oneof",
            file -> message(file, "VolumeContentSource").getOneofDeclBuilder(0).setName("kind"),
            "field VolumeContentSource.volume = 2 VolumeContentSource.VolumeSource oneof type",
            "field VolumeContentSource.volume = 2 VolumeContentSource.VolumeSource oneof kind"),
        change(
            "JSON name",
            file -> field(file, "CapacityRange").setJsonName("atLeast"),
            bytes,
            bytes + " json atLeast"),
        change(
            "reserved number",
            file -> message(file, "NodeGetVolumeStatsResponse").clearReservedRange(),
            "reserved NodeGetVolumeStatsResponse 2..2",
            ""),
        change(
            "message",
            file -> message(file.clearService(), "CreateVolumeResponse").setName("Created"),
            "message CreateVolumeResponse",
            "message Created"));
  }

  private static Stream<Arguments> optionChanges() {
    return Stream.of(
        change(
            "csi_secret",
            file -> message(file, "DeleteVolumeRequest").getFieldBuilder(1).clearOptions(),
            "field DeleteVolumeRequest.secrets = 2 map<string, string> [csi_secret]",
            "field DeleteVolumeRequest.secrets = 2 map<string, string>"),
        change(
            "alpha_message",
            file -> message(file, "VolumeHealth").clearOptions(),
            "message VolumeHealth [alpha_message]",
            "message VolumeHealth"),
        change(
            "alpha_service",
            file -> service(file, "SnapshotMetadata").clearOptions(),
            "service SnapshotMetadata [alpha_service]",
            "service SnapshotMetadata"),
        change(
            "number of an option",
            file -> file.getExtensionBuilder(0).setNumber(1061),
            "extend google.protobuf.FieldOptions csi_secret = 1059 bool",
            "extend google.protobuf.FieldOptions csi_secret = 1061 bool"));
  }

  private static Stream<Arguments> enumChanges() {
    return Stream.of(
        change(
            "value",
            file -> enumeration(file).getValueBuilder(1).setNumber(77),
            "value NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME = 1",
            "value NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME = 77"),
        change(
            "alpha_enum_value",
            file -> enumeration(file).getValueBuilder(7).clearOptions(),
            "value NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH = 8 [alpha_enum_value]",
            "value NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH = 8"),
        change(
            "reserved value",
            file -> enumeration(file).clearReservedRange(),
            "reserved NodeServiceCapability.RPC.Type 4..4",
            ""));
  }

  private static Stream<Arguments> serviceChanges() {
    String probe = "rpc Identity.Probe (ProbeRequest) returns (ProbeResponse)";
    return Stream.of(
        change("missing method", file -> service(file, "Identity").removeMethod(2), probe, ""),
        change(
            "streaming answer",
            file -> probe(file).setServerStreaming(true),
            probe,
            "rpc Identity.Probe (ProbeRequest) returns (stream ProbeResponse)"),
        change(
            "streaming request",
            file -> probe(file).setClientStreaming(true),
            probe,
            "rpc Identity.Probe (stream ProbeRequest) returns (ProbeResponse)"),
        change(
            "type of the answer",
            file -> probe(file).setOutputType(".csi.v1.ProbeRequest"),
            probe,
            "rpc Identity.Probe (ProbeRequest) returns (ProbeRequest)"));
  }

  /** One change, with the line that it takes away and the one that it brings (or nothing). */
  private static Arguments change(
      String what, Consumer<FileDescriptorProto.Builder> change, String lost, String gained) {
    return Arguments.of(what, change, lost, gained);
  }

  private static DescriptorProto.Builder message(FileDescriptorProto.Builder file, String name) {
    return file.getMessageTypeBuilderList().stream()
        .filter(message -> message.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static FieldDescriptorProto.Builder field(
      FileDescriptorProto.Builder file, String message) {
    return message(file, message).getFieldBuilder(0);
  }

  private static EnumDescriptorProto.Builder enumeration(FileDescriptorProto.Builder file) {
    return message(file, "NodeServiceCapability").getNestedTypeBuilder(0).getEnumTypeBuilder(0);
  }

  private static ServiceDescriptorProto.Builder service(
      FileDescriptorProto.Builder file, String name) {
    return file.getServiceBuilderList().stream()
        .filter(service -> service.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MethodDescriptorProto.Builder probe(FileDescriptorProto.Builder file) {
    return service(file, "Identity").getMethodBuilder(2);
  }

  private static List<String> shape(FileDescriptorProto file) throws Exception {
    return SchemaShape.of(
        FileDescriptor.buildFrom(file, COMPILED.getDependencies().toArray(FileDescriptor[]::new)),
        Map.of());
  }
}
