@org.jspecify.annotations.NullMarked
package larder.identity;
