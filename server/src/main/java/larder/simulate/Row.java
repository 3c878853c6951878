package larder.simulate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a policy makes of a trace with a disk of some size, after the warm-up.
 *
 * @param disk as it was asked for; empty for a policy whose disk has no bound
 * @param objectHitRatio of requests, from 0 to 1
 * @param byteHitRatio of bytes
 * @param moneyHitRatio of what all would have cost from upstream
 * @param diskBytesWritten to all disks; 0 for the bound
 * @param timesClairvoyant the bill's total as a multiple of the least that is possible with this
 *     disk; absent where that is nothing or there is no bound
 */
public record Row(
    String policy,
    String disk,
    double objectHitRatio,
    double byteHitRatio,
    double moneyHitRatio,
    long diskBytesWritten,
    Bill bill,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double timesClairvoyant) {

  /** Money for 30 days. */
  public record Bill(double egress, double storage, double requests, double total) {
    static Bill ofEgress(double egress) {
      return new Bill(egress, 0, 0, egress);
    }
  }

  Row compared(Optional<Row> bound) {
    @Nullable Double times =
        bound
            .map(least -> least.bill.total)
            .filter(least -> least > 0)
            .map(least -> bill.total / least)
            .orElse(null);
    return new Row(
        policy, disk, objectHitRatio, byteHitRatio, moneyHitRatio, diskBytesWritten, bill, times);
  }
}
