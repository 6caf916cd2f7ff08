package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.mooring.agent.v1.Chap;
import io.mooring.agent.v1.PublishVolumeRequest;
import io.mooring.csi.v1.CapacityRange;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.CsiProto;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.VolumeCapability;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final NodeStageVolumeRequest REQUEST =
      NodeStageVolumeRequest.newBuilder()
          .setVolumeId("alpha/0123")
          .putPublishContext("wwid", "36001405aa")
          .putSecrets("chap-user", "anna")
          .putSecrets("chap-password", "hunter2")
          .setVolumeCapability(
              VolumeCapability.newBuilder()
                  .setMount(
                      VolumeCapability.MountVolume.newBuilder()
                          .setFsType("ext4")
                          .addMountFlags("password=hunter2")))
          .build();

  @Test
  void secretsAreCountedAndNeitherTheirNamesNorTheirValuesAreTold() {
    assertThat(Redaction.text(REQUEST))
        .contains("volume_id: \"alpha/0123\"", "\"wwid\": \"36001405aa\"", "secrets: <2 stripped>")
        .doesNotContain("hunter2")
        .doesNotContain("chap")
        .doesNotContain("anna");
  }

  @Test
  void protobufsOwnMarkCountsAsWell() {
    PublishVolumeRequest request =
        PublishVolumeRequest.newBuilder()
            .setCluster("lab")
            .setChap(
                Chap.newBuilder()
                    .setUser("anna")
                    .setPassword("hunter2hunter2")
                    .setMutualUser("bella")
                    .setMutualPassword("hunter3hunter3")
                    .setRevision(4))
            .build();

    assertThat(Redaction.text(request))
        .contains("cluster: \"lab\"", "password: <1 stripped>", "revision: 4")
        .doesNotContain("hunter")
        .doesNotContain("anna")
        .doesNotContain("bella");
  }

  @Test
  void mountFlagsAreStrippedAsTheSpecificationAsks() {
    assertThat(Redaction.text(REQUEST)).contains("fs_type: \"ext4\", mount_flags: <1 stripped>");
  }

  @Test
  void theOptionDecidesAndNotTheName() throws DescriptorValidationException {
    FieldOptions marked = FieldOptions.newBuilder().setExtension(CsiProto.csiSecret, true).build();
    FieldOptions markedByAStranger =
        FieldOptions.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(1059, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();
    FileDescriptor file =
        FileDescriptor.buildFrom(
            FileDescriptorProto.newBuilder()
                .setName("x.proto")
                .addMessageType(
                    DescriptorProto.newBuilder()
                        .setName("X")
                        .addField(text("harmless", 1).setOptions(marked))
                        .addField(text("harmless_too", 2).setOptions(markedByAStranger))
                        .addField(text("secrets", 3)))
                .build(),
            new FileDescriptor[0]);
    var type = file.findMessageTypeByName("X");
    DynamicMessage message =
        DynamicMessage.newBuilder(type)
            .setField(type.findFieldByNumber(1), "a")
            .setField(type.findFieldByNumber(2), "b")
            .setField(type.findFieldByNumber(3), "c")
            .build();

    assertThat(Redaction.text(message))
        .isEqualTo("{harmless: <1 stripped>, harmless_too: <1 stripped>, secrets: \"c\"}");
  }

  private static FieldDescriptorProto.Builder text(String name, int number) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  @Test
  void nestedMessagesAndNumbersAreTold() {
    CreateVolumeRequest request =
        CreateVolumeRequest.newBuilder()
            .setName("pvc-1")
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(1024))
            .build();

    assertThat(Redaction.text(request))
        .isEqualTo("{name: \"pvc-1\", capacity_range: {required_bytes: 1024}}");
  }

  @Test
  void theTextStaysOneLineAndWithinItsBound() {
    NodeStageVolumeRequest.Builder big = NodeStageVolumeRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      big.putVolumeContext("key " + i, "line\nbreak ".repeat(100));
    }

    assertThat(Redaction.text(big.build())).hasSizeLessThanOrEqualTo(2048).doesNotContain("\n");
  }
}
