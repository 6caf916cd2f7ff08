package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.identity.VolumeRecord.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagsTest {
  private static final Serial SERIAL = Serial.random();
  private static final Publication READER =
      new Publication("8e2f1a3c-0000-4000-8000-000000000001", "worker-1.example", 255, true);
  private static final Publication WRITER =
      new Publication("8e2f1a3c-0000-4000-8000-000000000002", "worker_2", 1, false);

  private static VolumeRecord volume(String name, State state, Publication... publications) {
    return new VolumeRecord(
        SERIAL, "cluster/one", name, "fast", 4096, state, List.of(publications));
  }

  @Test
  void thatItWasWrittenToSurvives() {
    VolumeRecord volume = volume("pvc-1", State.READY, WRITER).afterWriting();
    assertThat(Tags.read(SERIAL, "fast", 4096, Tags.of(volume))).contains(volume);
  }

  @Test
  void aRecordSurvivesItsTags() {
    for (State state : List.of(State.CREATING, State.READY)) {
      VolumeRecord volume = volume("pvc-1", state, READER, WRITER);

      assertThat(Tags.read(SERIAL, "fast", 4096, Tags.of(volume))).contains(volume);
    }
  }

  @Test
  void theUseOfAPublicationHasATagOfItsOwn() {
    Use use = new Use(Use.Sharing.EXCLUSIVE, Use.Access.FILE_SYSTEM);
    VolumeRecord volume = volume("pvc-1", State.READY, READER.with(use), WRITER);
    List<String> tags = new ArrayList<>(Tags.of(volume));

    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).contains(volume);
    assertThat(tags)
        .contains("mooring.io/use=8e2f1a3c-0000-4000-8000-000000000001:255:exclusive:filesystem")
        .contains("mooring.io/node=8e2f1a3c-0000-4000-8000-000000000001:255:ro:worker-1.example")
        .allMatch(tag -> tag.matches("[A-Za-z0-9_+.\\-/=!:&#]{1,1024}"));
  }

  @Test
  void aUseThatNobodyCanTellIsUnknown() {
    VolumeRecord volume = volume("pvc-1", State.READY, WRITER);
    String prefix = "mooring.io/use=" + WRITER.nodeUuid();

    for (List<String> left :
        List.of(
            List.of(prefix + ":2:exclusive:block"), // of another number: left by an older version
            List.of(prefix + ":1:exclusive:block", prefix + ":1:shared:block"),
            List.of(prefix + ":1:borrowed:block"),
            List.of(prefix + ":1:"))) {
      List<String> tags = new ArrayList<>(Tags.of(volume));
      tags.addAll(left);
      assertThat(Tags.read(SERIAL, "fast", 4096, tags)).contains(volume);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain-name_1.x",
        "with space",
        "ümläut €",
        "a+b",
        "+20",
        "%",
        "a,b@c'\"\\",
        "😀",
        "="
      })
  void namesOfAnyKindAreWrittenInWhatLvmAllows(String name) {
    List<String> tags = Tags.of(volume(name, State.READY));

    assertThat(tags).allMatch(tag -> tag.matches("[A-Za-z0-9_+.\\-/=!:&#]{1,1024}"));
    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).contains(volume(name, State.READY));
  }

  @Test
  void theLongestNameFitsIntoATag() {
    List<String> tags = Tags.of(volume("€".repeat(42), State.READY));

    assertThat(tags).allMatch(tag -> tag.length() <= 1024);
  }

  @Test
  void limitsSurviveTheirTagAndDamagedOnesAreNoRecord() {
    long most = 999_999_999_999_999_999L;
    VolumeRecord volume =
        volume("pvc-1", State.READY).with(new VolumeLimits(most, most, most, most, 12));
    List<String> tags = new ArrayList<>(Tags.of(volume));

    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).contains(volume);
    assertThat(tags).allMatch(tag -> tag.matches("[A-Za-z0-9_+.\\-/=!:&#]{1,1024}"));
    tags.removeIf(tag -> tag.startsWith("mooring.io/limits"));
    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).contains(volume("pvc-1", State.READY));
    tags.add("mooring.io/limits=1:2:3");
    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).isEmpty();
  }

  @Test
  void foreignTagsAreIgnoredAndDamagedOnesAreNoRecord() {
    List<String> tags = new ArrayList<>(Tags.of(volume("pvc-1", State.READY, WRITER)));
    tags.add("backup");
    assertThat(Tags.read(SERIAL, "fast", 4096, tags)).isPresent();

    for (String damaged :
        List.of(
            "mooring.io/node=x",
            "mooring.io/node=u:0:rw:n",
            "mooring.io/node=u:256:rw:n",
            "mooring.io/node=u:1:xx:n",
            "mooring.io/node=u:1:rw:+zz")) {
      List<String> with = new ArrayList<>(tags);
      with.add(damaged);
      assertThat(Tags.read(SERIAL, "fast", 4096, with)).as(damaged).isEmpty();
    }
    assertThat(Tags.read(SERIAL, "fast", 4096, List.of("mooring.io/name=x"))).isEmpty();
    assertThat(Tags.read(SERIAL, "fast", 4096, List.of())).isEmpty();
  }

  @Test
  void aMemberOfAGroupSurvivesItsTags() {
    SnapshotRecord alone =
        new SnapshotRecord(
            SERIAL,
            "lab",
            "€".repeat(42),
            "fast",
            4096,
            Serial.random(),
            Instant.ofEpochMilli(1_790_000_000_123L));

    for (boolean finished : new boolean[] {false, true}) {
      SnapshotRecord member = alone.in(new Membership(Serial.random(), finished));
      List<String> tags = Tags.of(member);
      assertThat(Tags.readSnapshot(SERIAL, "fast", 4096, tags)).contains(member);
      assertThat(tags).allMatch(tag -> tag.length() <= 1024);
    }
    List<String> damaged = new ArrayList<>(Tags.of(alone));
    assertThat(Tags.readSnapshot(SERIAL, "fast", 4096, damaged)).contains(alone);
    damaged.add("mooring.io/group=x");
    assertThat(Tags.readSnapshot(SERIAL, "fast", 4096, damaged)).isEmpty();
  }
}
